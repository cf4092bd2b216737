//! The binary `rig`.

fn main() -> std::process::ExitCode {
    rig::cli::main()
}
