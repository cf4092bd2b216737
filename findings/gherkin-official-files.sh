#!/usr/bin/env bash
# gherkin 0.16.0 refuses well-formed feature files of the official test data.
#
# Expected (gherkin.berp of cucumber/gherkin, version 42, and its `testdata/good`): every file is read.
# Seen: the files below are refused.
set -euo pipefail
data=$(cd "$(dirname "$0")/../rig/gherkin/tests/official/good" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cargo init -q --name finding --vcs none .
cargo add -q gherkin@=0.16.0
cat > src/main.rs <<'RUST'
fn main() {
    let folder = std::env::args().nth(1).expect("the folder of the files");
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("it is there").map(|one| one.expect("it is read").path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "feature")) {
        if gherkin::Feature::parse_path(file, gherkin::GherkinEnv::default()).is_err() {
            println!("{}", file.file_name().expect("a name").to_string_lossy());
        }
    }
}
RUST
refused=$(cargo run -q -- "$data")
expected="empty.feature
escaped_pipes.feature
extra_table_content.feature
incomplete_feature_3.feature
scenario_outline_with_value_with_trailing_backslash.feature
step_with_datatable_and_docstring.feature
trim_space.feature
trim_tab.feature"
echo "$refused"
if [ "$refused" != "$expected" ]; then
    echo "gherkin refuses other files now"
    exit 1
fi
echo "as found: gherkin 0.16.0 refuses $(wc -l <<< "$refused") of the official good files"
