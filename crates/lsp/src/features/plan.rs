//! The plan of one client as text: every route with its limits, and what happens when every attempt times out.

use clientc_report::{Options, ShownPlan, mask, write_why};

use crate::scene::Scene;

/// The plan of a client, as `clientc resolve --client NAME --why` prints it.
///
/// # Errors
/// Why there is no plan, in words for people.
pub(crate) fn plan(scene: &Scene, name: &str) -> Result<String, String> {
    let Some(id) = scene.client(name) else { return Err(format!("there is no client `{name}`")) };
    if scene.is_refused {
        return Err("the project has errors, so it cannot be resolved: fix them first".to_owned());
    }
    let Some(input) = scene.snapshot.input(scene.number) else {
        return Err("the project no longer exists".to_owned());
    };
    let ids = scene.analysis.reachable(id);
    let files = scene.snapshot.files();
    let mut document = scene.analysis.resolve(&input, files, &ids);
    scene.analysis.add_schedules(&mut document, &[id]);
    let places = scene.analysis.limit_places(files, &ids);
    let mut out = Vec::new();
    let plan = ShownPlan { document: &document, places: &places, first: vec![name] };
    let options = Options { whole: true, ..Options::default() };
    write_why(&mut out, [plan], &options).map_err(|error| error.to_string())?;
    let text = String::from_utf8(out).map_err(|error| error.to_string())?;
    Ok(mask(&text).into_owned())
}
