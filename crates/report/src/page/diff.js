// Draws the differences of plans. No text of the data is ever read as HTML.
const data = JSON.parse(document.getElementById("data").textContent);

/** Both schedules of a client, one above the other on the same axis. */
function bothSchedules(name, earlier, later) {
  const [before, after] = [leading(earlier), leading(later)];
  const axis = axisOf([before, after]);
  return element("details", {}, element("summary", {}, element("span", { class: "name" }, name), `: both schedules`),
    element("div", { class: "inside" },
      element("h3", {}, "Before"), scheduleOf(`${name} before`, before, axis) ?? element("p", {}, "No schedule."),
      element("h3", {}, "After"), scheduleOf(`${name} after`, after, axis) ?? element("p", {}, "No schedule.")));
}

/** A text whose pieces between backquotes are code. */
function withCode(text) {
  return text.split("`").map((piece, index) => (index % 2 === 1 ? element("code", {}, piece) : piece));
}

function drawChange(change) {
  return element("div", { class: `finding ${change.level}` },
    element("p", {}, element("span", { class: `level ${change.level}` }, `${change.level} `), element("code", {}, change.kind), ": ", ...withCode(change.message)),
    ...change.details.map((detail) => element("p", { class: "soft" }, detail)),
    element("p", { class: "soft" }, "approve with ", element("code", {}, change.fingerprint)));
}

function drawProject(project) {
  const section = element("section", { "aria-label": project.project }, element("h2", {}, project.project));
  if (project.worst_cases.length > 0) {
    section.append(element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `Worst cases of ${project.project}` },
      table("Worst cases", [["client"], ["before"], ["after"]],
        project.worst_cases.map((cost) => [[cost.client], [cost.before], [cost.after, cost.raised ? "bad" : ""]]))));
  }
  section.append(...project.changes.map(drawChange));
  for (const [word, routes] of [["New routes", project.routes_added], ["Routes that are gone", project.routes_removed]]) {
    if (routes.length > 0) section.append(element("h3", {}, word), element("ul", {}, ...routes.map((route) => element("li", {}, route))));
  }
  for (const { name, before, after } of project.schedules) section.append(bothSchedules(name, before, after));
  return section;
}

byId("headline").textContent = data.headline;
byId("projects").append(...data.projects.map(drawProject));
