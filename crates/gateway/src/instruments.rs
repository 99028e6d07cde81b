//! Metrics that are kept twice: for programs that fetch them, as Prometheus does, and for a collector that they are
//! sent to, if there is one. Both use the same name, with dots for OpenTelemetry and underscores for Prometheus.

use std::fmt;

use opentelemetry::metrics::{self as otel, Meter};
use opentelemetry::{Key, KeyValue};
use prometheus_client::encoding::{EncodeLabel, EncodeLabelSet, LabelSetEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry, Unit};

/// The names of the labels of an instrument.
type Names = &'static [&'static str];

/// Makes the instruments.
pub(crate) struct Maker<'m> {
    pub(crate) registry: &'m mut Registry,
    /// Where metrics are sent, if they are sent.
    pub(crate) meter: Option<&'m Meter>,
}

/// Counters of one name, one for each set of labels.
#[derive(Debug)]
pub(crate) struct Counts {
    names: Names,
    kept: Family<Labels, Counter>,
    sent: Option<otel::Counter<u64>>,
}

/// Histograms of one name, one for each set of labels.
#[derive(Debug)]
pub(crate) struct Sizes {
    names: Names,
    kept: Family<Labels, Histogram, Buckets>,
    sent: Option<otel::Histogram<f64>>,
}

/// The values of labels, in the order of their names. One that is empty is left out.
#[derive(Debug, Clone)]
struct Labels {
    names: Names,
    values: Vec<Box<str>>,
}

#[derive(Debug, Clone)]
struct Buckets(&'static [f64]);

impl Maker<'_> {
    /// Makes counters.
    pub(crate) fn counts(&mut self, name: &'static str, help: &'static str, names: Names) -> Counts {
        let kept = Family::<Labels, Counter>::default();
        self.registry.register(flat(name), help, kept.clone());
        let sent = self.meter.map(|meter| meter.u64_counter(name).with_description(help).build());
        Counts { names, kept, sent }
    }

    /// Makes histograms with these upper bounds. A unit in braces counts things, and is not part of Prometheus's name.
    pub(crate) fn sizes(
        &mut self,
        (name, unit): (&'static str, &'static str),
        help: &'static str,
        names: Names,
        bounds: &'static [f64],
    ) -> Sizes {
        let kept = Family::new_with_constructor(Buckets(bounds));
        match unit {
            "s" => self.registry.register_with_unit(flat(name), help, Unit::Seconds, kept.clone()),
            _ => self.registry.register(flat(name), help, kept.clone()),
        }
        let sent = self.meter.map(|meter| {
            let histogram = meter.f64_histogram(name).with_description(help).with_unit(unit);
            histogram.with_boundaries(bounds.to_vec()).build()
        });
        Sizes { names, kept, sent }
    }

    /// Makes a number without labels: one that only grows, or one that goes up and down.
    pub(crate) fn number<N: Number>(&mut self, name: &'static str, help: &'static str) -> N {
        let kept = N::default();
        self.registry.register(flat(name), help, kept.clone());
        if let Some(meter) = self.meter {
            kept.clone().send(meter, name, help);
        }
        kept
    }
}

/// A number without labels. It is read when it is sent to a collector.
pub(crate) trait Number: Metric + Clone + Default {
    /// Registers it with a meter, which sends it.
    fn send(self, meter: &Meter, name: &'static str, help: &'static str);
}

impl Number for Counter {
    fn send(self, meter: &Meter, name: &'static str, help: &'static str) {
        let counter = meter.u64_observable_counter(name).with_description(help);
        counter.with_callback(move |observer| observer.observe(self.get(), &[])).build();
    }
}

impl Number for Gauge {
    fn send(self, meter: &Meter, name: &'static str, help: &'static str) {
        let gauge = meter.i64_observable_gauge(name).with_description(help);
        gauge.with_callback(move |observer| observer.observe(self.get(), &[])).build();
    }
}

impl Counts {
    /// Counts one.
    pub(crate) fn add<const N: usize>(&self, values: [&str; N]) {
        let labels = Labels::new(self.names, &values);
        if let Some(sent) = &self.sent {
            sent.add(1, &labels.attributes());
        }
        self.kept.get_or_create(&labels).inc();
    }
}

impl Sizes {
    /// Records a size.
    pub(crate) fn note<const N: usize>(&self, size: f64, values: [&str; N]) {
        let labels = Labels::new(self.names, &values);
        if let Some(sent) = &self.sent {
            sent.record(size, &labels.attributes());
        }
        self.kept.get_or_create(&labels).observe(size);
    }
}

impl Labels {
    fn new(names: Names, values: &[&str]) -> Self {
        debug_assert_eq!(names.len(), values.len());
        Self { names, values: values.iter().copied().map(Box::from).collect() }
    }

    fn pairs(&self) -> impl Iterator<Item = (&'static str, &Box<str>)> {
        self.names.iter().copied().zip(&self.values).filter(|(_, value)| !value.is_empty())
    }

    fn attributes(&self) -> Vec<KeyValue> {
        self.pairs()
            .map(|(name, value)| KeyValue::new(Key::from_static_str(name), value.to_string()))
            .collect()
    }
}

/// Labels are only compared with those of the same instrument.
impl PartialEq for Labels {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl Eq for Labels {}

impl std::hash::Hash for Labels {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.values.hash(state);
    }
}

impl EncodeLabelSet for Labels {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> fmt::Result {
        for (name, value) in self.pairs() {
            (flat(name), &**value).encode(encoder.encode_label())?;
        }
        Ok(())
    }
}

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new(self.0.iter().copied())
    }
}

/// A name in Prometheus's form.
fn flat(name: &str) -> String {
    name.replace('.', "_")
}
