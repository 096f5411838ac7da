//! The picture in words, for whoever does not see it.

use super::text::number;
use super::{Graph, Overlay, Seen};

/// Said of a station to which no way leads.
pub(super) const UNREACHED: &str = ", nicht erreichbar";

/// All that the picture shows, in the order of its stations.
pub(super) fn description(graph: &Graph, overlay: &Overlay, boxes: &[Seen]) -> String {
    let mut said = vec![opening(graph)];
    for (seen, station) in boxes.iter().filter_map(|seen| Some((seen, seen.station?))) {
        let unreached = if seen.reached { "" } else { UNREACHED };
        said.push(format!("{}: {}{unreached}.", station.kind, station.name));
        let ways = graph.ways.iter().enumerate().filter(|(_, way)| way.from == station.name);
        said.extend(ways.map(|(i, way)| {
            let callers = overlay.callers.get(&i).map(|n| format!(", {}", calls(*n))).unwrap_or_default();
            match way.label.as_str() {
                "" => format!("Weiter zu {}{callers}.", way.to),
                label => format!("{label}: weiter zu {}{callers}.", way.to),
            }
        }));
        if seen.hung_up > 0 {
            said.push(format!("Hier {} aufgelegt.", number(seen.hung_up)));
        }
        if let Some(finding) = seen.finding {
            said.push(format!("Befund: {finding}"));
        }
    }
    said.extend(path(graph, overlay));
    said.join(" ")
}

fn opening(graph: &Graph) -> String {
    let stations = counted(graph.stations.len(), "Station", "Stationen");
    let ways = counted(graph.ways.len(), "Weg", "Wege");
    match graph.find_station(&graph.start) {
        Some(_) => format!("{stations}, {ways}. Der Anruf beginnt bei {}.", graph.start),
        None => format!("{stations}, {ways}."),
    }
}

fn path(graph: &Graph, overlay: &Overlay) -> Option<String> {
    let ways: Vec<_> = overlay.path.iter().filter_map(|i| graph.ways.get(*i)).collect();
    let first = ways.first()?;
    let onward = ways.iter().map(|way| match way.label.as_str() {
        "" => format!("dann {}", way.to),
        label => format!("{label}: {}", way.to),
    });
    let steps: Vec<_> = std::iter::once(first.from.clone()).chain(onward).collect();
    Some(format!("Der hervorgehobene Anruf: {}.", steps.join(", ")))
}

/// "1 Anruf", "1.234 Anrufe".
pub(super) fn calls(n: u64) -> String {
    if n == 1 { "1 Anruf".to_owned() } else { format!("{} Anrufe", number(n)) }
}

fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}
