//! Where the faults of a file lie in its syntax, and the switch for each.
//!
//! A switch asks `is_on` for the number of its fault. Only one fault is chosen at a time, so a faulty operand never has
//! faults in it, and the text grows only linearly with the depth of an expression.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use anyhow::{Context as _, Result};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::edits::{Edit, Piece};
use crate::faults::{Fault, Genre};

/// What was found in a file.
pub struct Found {
    pub edits: Vec<Edit>,
    /// Faults that cannot be switched, each with the reason.
    pub not_switched: BTreeMap<u32, &'static str>,
    /// Faults that the grammar of Rust refuses.
    pub unviable: BTreeSet<u32>,
}

/// Finds the places of the faults of a file.
pub fn find(source: &str, faults: &[Fault], left_out: &BTreeSet<u32>) -> Result<Found> {
    let tree = syn::parse_file(source).context("it cannot be parsed")?;
    let mut at: HashMap<_, Vec<&Fault>> = HashMap::new();
    for fault in faults {
        at.entry(fault.start).or_default().push(fault);
    }
    let found = Found { edits: Vec::new(), not_switched: BTreeMap::new(), unviable: BTreeSet::new() };
    let mut finder = Finder { source, at, left_out, fixed: None, found, seen: BTreeSet::new() };
    finder.visit_file(&tree);
    for fault in faults.iter().filter(|fault| !finder.seen.contains(&fault.number)) {
        finder.found.not_switched.insert(fault.number, "its place was not found");
    }
    Ok(finder.found)
}

struct Finder<'s> {
    source: &'s str,
    at: HashMap<(usize, usize), Vec<&'s Fault>>,
    left_out: &'s BTreeSet<u32>,
    /// Why nothing can be switched here.
    fixed: Option<&'static str>,
    found: Found,
    seen: BTreeSet<u32>,
}

impl<'s> Finder<'s> {
    /// The faults to switch at the start of a span.
    fn faults(&mut self, span: proc_macro2::Span, genre: Genre) -> Vec<&'s Fault> {
        let start = span.start();
        let here = self.at.get(&(start.line, start.column + 1)).into_iter().flatten();
        let mut here: Vec<&Fault> = here.filter(|fault| fault.genre == genre).copied().collect();
        self.seen.extend(here.iter().map(|fault| fault.number));
        here.retain(|fault| !self.left_out.contains(&fault.number));
        if let Some(why) = self.fixed {
            self.found.not_switched.extend(here.drain(..).map(|fault| (fault.number, why)));
        }
        here
    }

    fn text(&self, node: &impl Spanned) -> &'s str {
        &self.source[node.span().byte_range()]
    }

    /// Makes an expression one of several.
    fn choose(&mut self, around: Range<usize>, others: Vec<(u32, String)>) {
        if others.is_empty() {
            return;
        }
        let mut before = vec![Piece::Text("(".to_owned())];
        for (fault, other) in others {
            before.push(Piece::Text(format!("if {} {{ ", is_on(fault))));
            before.push(Piece::Faulty(fault, other));
            before.push(Piece::Text(" } else ".to_owned()));
        }
        before.push(Piece::Text("{ (".to_owned()));
        self.found.edits.push(Edit { around, before, after: ") })".to_owned() });
    }

    fn function(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let Some(first) = body.stmts.first() else { return };
        // `impl Iterator` stands for one type, so no other iterator can be returned beside it.
        let is_opaque = self.text(&signature.output).contains("impl ");
        let outer = self.fixed;
        if is_opaque {
            self.fixed = Some("the type of what is returned has no name");
        }
        let faults = self.faults(first.span(), Genre::FnValue);
        self.fixed = outer;
        let start = first.span().byte_range().start;
        for fault in faults {
            let before = vec![
                Piece::Text(format!("if {} {{ return ", is_on(fault.number))),
                Piece::Faulty(fault.number, fault.replacement.clone()),
                Piece::Text("; } ".to_owned()),
            ];
            self.found.edits.push(Edit { around: start..start, before, after: String::new() });
        }
    }

    /// Visits what lies in a part where nothing can be switched.
    fn fixed(&mut self, why: &'static str, visit: impl FnOnce(&mut Self)) {
        let outer = self.fixed.replace(why);
        visit(self);
        self.fixed = outer;
    }

    /// Visits a body that is executed, wherever it stands.
    fn executed(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = self.fixed.take();
        visit(self);
        self.fixed = outer;
    }
}

fn is_on(fault: u32) -> String {
    format!("crate::planted::is_on({fault})")
}

const CONSTANT: &str = "it is in a constant";

impl<'s> Visit<'s> for Finder<'s> {
    fn visit_item_fn(&mut self, node: &'s syn::ItemFn) {
        self.executed(|finder| {
            finder.function(&node.sig, &node.block);
            visit::visit_item_fn(finder, node);
        });
    }

    fn visit_impl_item_fn(&mut self, node: &'s syn::ImplItemFn) {
        self.executed(|finder| {
            finder.function(&node.sig, &node.block);
            visit::visit_impl_item_fn(finder, node);
        });
    }

    fn visit_trait_item_fn(&mut self, node: &'s syn::TraitItemFn) {
        self.executed(|finder| {
            if let Some(body) = &node.default {
                finder.function(&node.sig, body);
            }
            visit::visit_trait_item_fn(finder, node);
        });
    }

    fn visit_expr_closure(&mut self, node: &'s syn::ExprClosure) {
        self.executed(|finder| visit::visit_expr_closure(finder, node));
    }

    fn visit_item_const(&mut self, node: &'s syn::ItemConst) {
        self.fixed(CONSTANT, |finder| visit::visit_item_const(finder, node));
    }

    fn visit_item_static(&mut self, node: &'s syn::ItemStatic) {
        self.fixed(CONSTANT, |finder| visit::visit_item_static(finder, node));
    }

    fn visit_impl_item_const(&mut self, node: &'s syn::ImplItemConst) {
        self.fixed(CONSTANT, |finder| visit::visit_impl_item_const(finder, node));
    }

    fn visit_trait_item_const(&mut self, node: &'s syn::TraitItemConst) {
        self.fixed(CONSTANT, |finder| visit::visit_trait_item_const(finder, node));
    }

    fn visit_expr_const(&mut self, node: &'s syn::ExprConst) {
        self.fixed(CONSTANT, |finder| visit::visit_expr_const(finder, node));
    }

    fn visit_variant(&mut self, node: &'s syn::Variant) {
        self.fixed(CONSTANT, |finder| visit::visit_variant(finder, node));
    }

    fn visit_type(&mut self, node: &'s syn::Type) {
        self.fixed("it is in a type", |finder| visit::visit_type(finder, node));
    }

    fn visit_generic_argument(&mut self, node: &'s syn::GenericArgument) {
        self.fixed("it is in a type", |finder| visit::visit_generic_argument(finder, node));
    }

    fn visit_pat(&mut self, node: &'s syn::Pat) {
        self.fixed("it is in a pattern", |finder| visit::visit_pat(finder, node));
    }

    fn visit_expr_repeat(&mut self, node: &'s syn::ExprRepeat) {
        self.visit_expr(&node.expr);
        self.fixed("it is in the length of an array", |finder| finder.visit_expr(&node.len));
    }

    fn visit_expr_binary(&mut self, node: &'s syn::ExprBinary) {
        if contains_let(&node.left) || contains_let(&node.right) {
            // No other operator may stand beside `let`.
            let faults = self.faults(node.op.span(), Genre::BinaryOperator);
            self.found.unviable.extend(faults.iter().map(|fault| fault.number));
        } else {
            let faults = self.faults(node.op.span(), Genre::BinaryOperator);
            let (left, right) = (self.text(&node.left), self.text(&node.right));
            let others = faults
                .iter()
                .map(|fault| (fault.number, format!("({left}) {} ({right})", fault.replacement)));
            self.choose(node.span().byte_range(), others.collect());
        }
        visit::visit_expr_binary(self, node);
    }

    fn visit_expr_unary(&mut self, node: &'s syn::ExprUnary) {
        let faults = self.faults(node.op.span(), Genre::UnaryOperator);
        let operand = self.text(&node.expr);
        let others = faults.iter().map(|fault| (fault.number, operand.to_owned()));
        self.choose(node.span().byte_range(), others.collect());
        visit::visit_expr_unary(self, node);
    }

    fn visit_expr_struct(&mut self, node: &'s syn::ExprStruct) {
        let whole = node.span().byte_range();
        let mut others = Vec::new();
        for pair in node.fields.pairs() {
            for fault in self.faults(pair.value().span(), Genre::StructField) {
                let field = pair.span().byte_range();
                let (before, after) =
                    (&self.source[whole.start..field.start], &self.source[field.end..whole.end]);
                others.push((fault.number, format!("{before}{after}")));
            }
        }
        self.choose(whole, others);
        visit::visit_expr_struct(self, node);
    }

    fn visit_expr_match(&mut self, node: &'s syn::ExprMatch) {
        let around = node.span().byte_range();
        for arm in &node.arms {
            for fault in self.faults(arm.span(), Genre::MatchArm) {
                // What is wrong with a guard may be said of the whole match.
                let place = vec![Piece::Faulty(fault.number, String::new())];
                self.found.edits.push(Edit { around: around.clone(), before: place, after: String::new() });
                // Only an arm without a guard is deleted.
                let end = arm.pat.span().byte_range().end;
                let guard = vec![
                    Piece::Text(" if ".to_owned()),
                    Piece::Faulty(fault.number, format!("!{}", is_on(fault.number))),
                ];
                self.found.edits.push(Edit { around: end..end, before: guard, after: String::new() });
            }
        }
        visit::visit_expr_match(self, node);
    }

    fn visit_arm(&mut self, node: &'s syn::Arm) {
        if let Some((_, guard)) = &node.guard {
            let faults = self.faults(guard.span(), Genre::MatchArmGuard);
            let others = faults.iter().map(|fault| (fault.number, fault.replacement.clone()));
            self.choose(guard.span().byte_range(), others.collect());
        }
        visit::visit_arm(self, node);
    }
}

/// Whether a condition binds names, so that it cannot be put in parentheses.
fn contains_let(condition: &syn::Expr) -> bool {
    match condition {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(binary) => contains_let(&binary.left) || contains_let(&binary.right),
        _ => false,
    }
}
