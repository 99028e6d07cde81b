//! A chapter: the fences of a Markdown file.

/// The parts of a chapter. Texts come with the line of the file at which they begin.
#[derive(Debug, Default)]
pub(crate) struct Chapter {
    /// The files of the project with their paths.
    pub(crate) files: Vec<(String, String)>,
    /// The expected parts of the resolved JSON.
    pub(crate) plans: Vec<(usize, String)>,
    /// The scripts.
    pub(crate) scripts: Vec<(usize, String)>,
}

impl Chapter {
    /// Reads the fences of a chapter.
    pub(crate) fn read(text: &str) -> Self {
        let mut chapter = Self::default();
        let mut lines = text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            let Some(info) = line.strip_prefix("```") else { continue };
            let body: String = lines
                .by_ref()
                .map(|(_, line)| line)
                .take_while(|line| *line != "```")
                .flat_map(|line| [line, "\n"])
                .collect();
            chapter.add(info, number + 2, body);
        }
        chapter
    }

    fn add(&mut self, info: &str, line: usize, body: String) {
        let (kind, name) = info.split_once(' ').unwrap_or((info, "main.baml"));
        match kind {
            "baml" => self.files.push((format!("baml_src/{name}"), body)),
            "toml" => self.files.push(("clientc.toml".into(), body)),
            "json" => self.plans.push((line, body)),
            "text" => self.scripts.push((line, body)),
            _ => panic!("line {line}: there is no fence `{info}`"),
        }
    }
}
