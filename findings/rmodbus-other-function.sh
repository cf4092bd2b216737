#!/usr/bin/env bash
# rmodbus 0.13.0 takes a frame of any other function for an exception.
#
# Expected (MODBUS Application Protocol V1.1b3, section 7.2): an exception is the request's function code with its highest bit
# set; a late answer to a request to read coils does not answer a request to write one.
# Seen: its number of bytes is taken for the exception's code, and the module seems to say "illegal function".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cargo init -q --name finding --vcs none .
cargo add -q rmodbus@=0.13.0 --no-default-features --features std
cat > src/main.rs <<'RUST'
use rmodbus::{ErrorKind, ModbusProto, client::ModbusRequest};

fn main() {
    let (mut request, mut asked) = (ModbusRequest::new(1, ModbusProto::Rtu), Vec::new());
    request.generate_set_coil(0, true, &mut asked).expect("it is written");
    // The answer to a request to read a coil that is off, as manuals print it.
    let other = [0x01, 0x01, 0x01, 0x00, 0x51, 0x88];
    let told = request.parse_ok(&other);
    println!("{told:?}");
    assert_eq!(told, Err(ErrorKind::IllegalFunction), "rmodbus tells them apart now");
}
RUST
cargo run -q
echo "as found: rmodbus 0.13.0 takes the answer to another request for an exception"
