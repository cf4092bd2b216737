//! Bech32 (BIP 173) without its limit of length: keys of `age` as text.

const SIGNS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const CHECK: usize = 6;

/// `bytes` as text behind `prefix`, which is in lower case.
pub(super) fn encode(prefix: &str, bytes: &[u8]) -> String {
    let mut groups = regroup(bytes, 8, 5, true).expect("bytes can be padded");
    let sum = sum(prefix, &groups, &[0; CHECK]) ^ 1;
    groups.extend((0..CHECK).map(|place| (sum >> (5 * (CHECK - 1 - place)) & 31) as u8));
    let signs = groups.iter().map(|group| char::from(SIGNS[usize::from(*group)]));
    format!("{prefix}1{}", signs.collect::<String>())
}

/// The bytes of a text that [`encode`] wrote, in lower or in upper case.
pub(super) fn decode(prefix: &str, text: &str) -> Option<Vec<u8>> {
    let lower = text.to_ascii_lowercase();
    if text != lower && text != lower.to_ascii_uppercase() {
        return None;
    }
    let signs = lower.strip_prefix(prefix)?.strip_prefix('1')?;
    let group = |sign: u8| SIGNS.iter().position(|known| *known == sign).map(|place| place as u8);
    let groups: Vec<u8> = signs.bytes().map(group).collect::<Option<_>>()?;
    let (data, check) = groups.split_at(groups.len().checked_sub(CHECK)?);
    if sum(prefix, data, check) != 1 {
        return None;
    }
    regroup(data, 5, 8, false)
}

/// The checksum of BIP 173 over prefix, data and check.
fn sum(prefix: &str, data: &[u8], check: &[u8]) -> u32 {
    let high = prefix.bytes().map(|byte| byte >> 5);
    let low = prefix.bytes().map(|byte| byte & 31);
    let all = high.chain([0]).chain(low).chain(data.iter().copied()).chain(check.iter().copied());
    all.fold(1, |sum, value| {
        let top = sum >> 25;
        let sum = (sum & 0x1ff_ffff) << 5 ^ u32::from(value);
        let generators = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3_u32];
        (0..5).filter(|bit| top >> bit & 1 == 1).fold(sum, |sum, bit| sum ^ generators[bit])
    })
}

/// Groups of `from` bits as groups of `to` bits; what is left over is padded with zeros, or has to be such a padding.
fn regroup(groups: &[u8], from: u32, to: u32, pad: bool) -> Option<Vec<u8>> {
    let (mut held, mut bits, mut out) = (0_u32, 0, Vec::new());
    for group in groups {
        held = held << from | u32::from(*group);
        bits += from;
        while bits >= to {
            bits -= to;
            out.push((held >> bits & ((1 << to) - 1)) as u8);
        }
        held &= (1 << bits) - 1;
    }
    match pad {
        true if bits > 0 => out.push((held << (to - bits)) as u8),
        false if bits >= from || held != 0 => return None,
        _ => {}
    }
    Some(out)
}
