//! Clients: as members of a composite, and as the client of a function.

use clientc_plan::providers::ProviderKind;
use clientc_semantic::Member;

use super::super::nest::BlockWord;
use super::{Completion, CompletionKind, MODELS, Place};

impl Place<'_> {
    /// The clients that a composite can have as a further member.
    pub(super) fn members(&self) -> Vec<Completion> {
        if self.nest.path.last() != Some(&"strategy") {
            return Vec::new();
        }
        let written = self.written_members();
        let above = self.clients_above();
        let is_possible =
            |item: &Completion| !written.contains(&&*item.label) && !above.contains(&&*item.label);
        self.clients(true).into_iter().filter(is_possible).collect()
    }

    /// The members that the fallback around the place has already. One that a round-robin has twice is used more often.
    fn written_members(&self) -> Vec<&str> {
        let word = self.nest.word;
        let facts = self.scene.facts(self.file);
        let mut clients = facts.iter().flat_map(|facts| &facts.clients);
        let around = clients.find(|client| client.range.start < word.start && word.start < client.range.end);
        let fallback =
            around.filter(|client| client.provider.is_some_and(|it| it.kind == ProviderKind::Fallback));
        let members = fallback.iter().flat_map(|client| &client.members);
        let is_other = |member: &&Member| member.range.end < word.start || word.end < member.range.start;
        members.filter(is_other).map(|member| &*member.text).collect()
    }

    /// The clients that lead to the one around the place. With one of them as a member it would call itself.
    fn clients_above(&self) -> Vec<&str> {
        let (project, plan) = (&self.scene.project, &self.scene.project.plan);
        let Some(around) = self.scene.client(self.nest.name) else { return Vec::new() };
        let mut leads = vec![false; plan.clients().len()];
        // Members come before the composites that name them.
        for id in plan.order() {
            let is_there = plan.members(*id).iter().any(|member| *member == around || leads[member.index()]);
            leads[id.index()] = is_there;
        }
        plan.ids().filter(|id| leads[id.index()]).map(|id| project.client_name(id)).collect()
    }

    /// The clients of the project except the one around the place, and well-known models where shorthands are allowed.
    pub(super) fn clients(&self, with_shorthands: bool) -> Vec<Completion> {
        let scene = self.scene;
        let declared = scene.project.plan.ids().filter(|id| scene.is_declared(*id));
        let mut items: Vec<Completion> = Vec::new();
        for id in declared {
            let name = scene.project.client_name(id);
            if name != self.nest.name || self.nest.block != BlockWord::Client {
                let detail = scene.project.provider(id).map_or("", |provider| provider.name);
                items.push(Completion {
                    is_important: true,
                    ..self.item(name, CompletionKind::Client, detail)
                });
            }
        }
        if with_shorthands {
            for (provider, models) in MODELS.iter().filter(|(provider, _)| !provider.starts_with("azure")) {
                for model in *models {
                    let label = format!("{provider}/{model}");
                    let mut item = self.item(&label, CompletionKind::Model, "shorthand");
                    if !self.nest.is_quoted {
                        item.snippet = format!("\"{label}\"");
                    }
                    items.push(item);
                }
            }
        }
        items
    }
}
