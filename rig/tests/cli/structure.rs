//! The structure of the code: which room imports which, where a driver's name stands, and that a public type has a name of its
//! own. `rig/ARCHITECTURE.md` tells the reasons.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;

use crate::common::root;

/// The rooms of `rig/src` and `rig/verify/src`, lowest first. A room imports rooms below it and no others.
const ROOMS: [&str; 29] = [
    "bad_input",
    "remark",
    "keys",
    "retention",
    "locks",
    "history",
    "bus",
    "oracle",
    "profile",
    "model",
    "suite",
    "bench",
    "night",
    "provenance",
    "readings",
    "recorder",
    "judging",
    "release",
    "session",
    "steps",
    "runner",
    "debug",
    "dap",
    "page",
    "prove",
    "explore",
    "cli",
    "lib",
    "main",
];

/// Imports upwards that are known: the file, the room, and the reason.
const UPWARDS: [(&str, &str, &str); 4] = [
    ("suite/bound.rs", "session", "binds a sentence to the step function that takes the scenario's session"),
    ("suite/matching.rs", "session", "finds the step functions of the session"),
    ("suite/matching.rs", "steps", "lists the sentences that there are"),
    ("suite/lint.rs", "steps", "suggests a sentence that there is"),
];

/// Literals that look like a driver's name: the file, the literal, and its meaning there.
const OTHER_MEANINGS: [(&str, &str, &str); 2] = [
    ("rig/src/bench/listed.rs", "link", "the key of a device's link in a bench file"),
    ("drivers/src/board/client.rs", "link", "the name of the link protocol"),
];

/// Every Rust file below `folder` of the repository: its path from there, and its text without tests and comments.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut folders = vec![root().join(folder)];
    let mut files = Vec::new();
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && !is_test(&path) {
                files.push(path);
            }
        }
    }
    files.sort();
    let read = |path: PathBuf| {
        let place = path.strip_prefix(root().join(folder)).unwrap().to_str().unwrap().to_owned();
        (place, code(&fs::read_to_string(&path).unwrap()))
    };
    files.into_iter().map(read).collect()
}

/// Files of tests and of their doubles.
fn is_test(path: &Path) -> bool {
    let part = |name: &std::ffi::OsStr| name == "tests" || name == "tests.rs" || name == "scripted.rs";
    path.iter().any(part)
}

/// The text up to its tests, without comments.
fn code(text: &str) -> String {
    let until = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let lines = text[..until].lines().map(|line| match line.trim_start().starts_with("//") {
        true => "",
        false => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The rooms that a file imports: after `crate::`, alone or at the head of a group.
fn imported(text: &str) -> BTreeSet<String> {
    let name = Regex::new(r"\bcrate::(\w+)").unwrap();
    let group = Regex::new(r"\bcrate::\{").unwrap();
    let mut rooms: BTreeSet<String> = name.captures_iter(text).map(|found| found[1].to_owned()).collect();
    for head in group.find_iter(text) {
        rooms.extend(heads(&text[head.end()..]));
    }
    rooms
}

/// The first names of a group's entries, up to its closing brace.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut heads, mut word, mut is_head) = (0, Vec::new(), String::new(), true);
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 && letter == ',' {
            heads.push(std::mem::take(&mut word));
            is_head = true;
        } else if letter == ':' || letter == '{' {
            is_head = false;
        } else if is_head && depth == 0 && (letter.is_alphanumeric() || letter == '_') {
            word.push(letter);
        }
    }
    heads.push(word);
    heads.retain(|head| !head.is_empty());
    heads
}

fn height(room: &str) -> usize {
    let height = ROOMS.iter().position(|known| *known == room);
    height.unwrap_or_else(|| panic!("the room {room} has no place in ROOMS"))
}

#[test]
fn the_first_names_of_a_group_are_found() {
    let text = "use crate::{\n    bench::{Bench, Kind},\n    keys::KeyId, suite,\n};\nlet x = crate::oracle::judge(y);";
    assert_eq!(imported(text), ["bench", "keys", "oracle", "suite"].map(str::to_owned).into());
}

#[test]
fn no_room_imports_upwards() {
    let mut known: BTreeSet<(String, String)> =
        UPWARDS.iter().map(|(file, room, _)| ((*file).to_owned(), (*room).to_owned())).collect();
    for (file, text) in sources("rig/src").into_iter().chain(sources("rig/verify/src")) {
        let room = file.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        for other in
            imported(&text).into_iter().filter(|other| *other != room && ROOMS.contains(&other.as_str()))
        {
            let is_known = known.remove(&(file.clone(), other.clone()));
            assert!(
                is_known || height(&other) < height(&room),
                "{file}: {room} imports {other}, which is above it"
            );
        }
    }
    assert!(known.is_empty(), "these are no longer there, and leave UPWARDS: {known:?}");
}

#[test]
fn a_drivers_name_stands_in_its_file() {
    let name = Regex::new(r#"\bconst NAME: &(?:'static )?str = "([^"]+)""#).unwrap();
    let files: Vec<(String, String)> = ["drivers/src", "rig/src"]
        .into_iter()
        .flat_map(|folder| {
            sources(folder).into_iter().map(move |(file, text)| (format!("{folder}/{file}"), text))
        })
        .collect();
    let mut homes: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (file, text) in &files {
        if file.starts_with("drivers/src") || file.ends_with("simulated/drivers.rs") {
            for found in name.captures_iter(text) {
                homes.entry(found[1].to_owned()).or_default().insert(file);
            }
        }
    }
    assert!(homes.len() > 10 && homes.contains_key("bluez"), "{homes:?}");
    for (name, home) in &homes {
        let literal = format!("\"{name}\"");
        for (file, _) in files.iter().filter(|(_, text)| text.contains(&literal)) {
            let is_other = OTHER_MEANINGS.iter().any(|(place, word, _)| place == file && word == name);
            assert!(
                home.contains(file.as_str()) || is_other,
                "{file}: the driver's name {literal} is looked up"
            );
        }
    }
}

#[test]
fn no_public_type_has_the_name_of_another_in_its_crate() {
    // `Result` is each module's own, as in the standard library.
    let named = Regex::new(r"(?m)^\s*pub (?:struct|enum|trait|type) (\w+)").unwrap();
    for krate in ["drivers/src", "rig/src", "rig/verify/src", "reports/src"] {
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for (file, text) in sources(krate) {
            for found in named.captures_iter(&text).filter(|found| &found[1] != "Result") {
                if let Some(other) = seen.insert(found[1].to_owned(), file.clone()) {
                    panic!("{krate}: {} is both in {other} and in {file}", &found[1]);
                }
            }
        }
    }
}
