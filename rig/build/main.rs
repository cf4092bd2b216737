//! Builds two things into the crate beside its sources: its revision, and the files of the suite.

mod embedded;
mod revision;

fn main() -> std::io::Result<()> {
    revision::set();
    embedded::write()
}
