//! The binary `rig-verify`: what a recipient of a bundle needs, and nothing of a bench.

fn main() -> std::process::ExitCode {
    rig::cli::verify_main()
}
