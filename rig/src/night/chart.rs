//! A plan as a chart of text: a row for each bench and each scenario that runs beside others.

use super::schedule::{Placed, Schedule};

/// How many columns stand for the whole night.
const COLUMNS: usize = 60;

/// The chart of `schedule` on benches with these names, over `seconds`. A row is a lane: what runs side by side on a bench
/// stands in rows below each other. `#` is a long scenario, `=` are short ones, `.` is idle.
pub fn chart(schedule: &Schedule, benches: &[String], seconds: u64) -> String {
    let width = benches.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for (bench, name) in benches.iter().enumerate() {
        for (row, lane) in lanes(schedule.on(bench)).iter().enumerate() {
            let name = if row == 0 { name.as_str() } else { "" };
            out += &format!("{name:<width$} |{}|\n", drawn(lane, seconds));
        }
    }
    out
}

/// Tasks in lanes without overlaps.
fn lanes<'s>(placed: impl Iterator<Item = &'s Placed>) -> Vec<Vec<&'s Placed>> {
    let mut lanes: Vec<Vec<&Placed>> = Vec::new();
    for one in placed {
        let free = lanes.iter_mut().find(|lane| lane.last().is_none_or(|last| last.end <= one.begin));
        match free {
            Some(lane) => lane.push(one),
            None => lanes.push(vec![one]),
        }
    }
    lanes
}

fn drawn(lane: &[&Placed], seconds: u64) -> String {
    let column = |moment: u64| (moment as usize * COLUMNS).checked_div(seconds as usize).unwrap_or(0);
    let mut columns = vec!['.'; COLUMNS];
    for one in lane {
        let (from, to) = (column(one.begin).min(COLUMNS - 1), column(one.end).min(COLUMNS));
        let sign = if to > from + 1 { '#' } else { '=' };
        columns[from..to.max(from + 1)].fill(sign);
    }
    columns.into_iter().collect()
}
