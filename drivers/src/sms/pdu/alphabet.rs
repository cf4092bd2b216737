//! The GSM 7 bit default alphabet, its extension table and how septets are packed (3GPP TS 23.038, sections
//! 6.2.1, 6.2.1.1 and 6.1.2.1).

const ESCAPE: u8 = 0x1b;

/// The default alphabet by code; the escape stands as a space, as for those who do not know it.
#[rustfmt::skip]
const DEFAULT: [char; 128] = [
    '@', '£', '$', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å',
    'Δ', '_', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ', ' ', 'Æ', 'æ', 'ß', 'É',
    ' ', '!', '"', '#', '¤', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/',
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?',
    '¡', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O',
    'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'Ä', 'Ö', 'Ñ', 'Ü', '§',
    '¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à',
];

/// The extension table.
fn extension(code: u8) -> Option<char> {
    Some(match code {
        0x0a => '\u{c}',
        0x14 => '^',
        0x28 => '{',
        0x29 => '}',
        0x2f => '\\',
        0x3c => '[',
        0x3d => '~',
        0x3e => ']',
        0x40 => '|',
        0x65 => '€',
        _ => return None,
    })
}

/// Decodes septets. A code that the extension table lacks reads as in the default alphabet.
pub fn letters(septets: &[u8]) -> String {
    let mut septets = septets.iter().map(|septet| septet & 0x7f);
    let mut text = String::new();
    while let Some(code) = septets.next() {
        let letter = match code {
            ESCAPE => {
                let code = septets.next().unwrap_or(ESCAPE);
                extension(code).unwrap_or(DEFAULT[usize::from(code)])
            }
            code => DEFAULT[usize::from(code)],
        };
        text.push(letter);
    }
    text
}

/// `text` in septets; `None` where the alphabet lacks a letter.
pub fn septets(text: &str) -> Option<Vec<u8>> {
    let mut septets = Vec::new();
    for letter in text.chars() {
        if let Some(code) = (0..0x80).find(|code| extension(*code) == Some(letter)) {
            septets.extend([ESCAPE, code]);
        } else {
            let code = DEFAULT.iter().rposition(|there| *there == letter)?;
            septets.push(code as u8);
        }
    }
    Some(septets)
}

/// Up to `count` septets out of octets, the low bits first.
pub fn unpack(octets: &[u8], count: usize) -> Vec<u8> {
    let count = count.min(octets.len() * 8 / 7);
    let septet = |number: usize| {
        let (octet, shift) = (number * 7 / 8, number * 7 % 8);
        let next = octets.get(octet + 1).copied().unwrap_or(0);
        (u16::from_le_bytes([octets[octet], next]) >> shift & 0x7f) as u8
    };
    (0..count).map(septet).collect()
}

/// Septets in octets.
pub fn pack(septets: &[u8]) -> Vec<u8> {
    let mut octets = vec![0; (septets.len() * 7).div_ceil(8)];
    for (number, septet) in septets.iter().enumerate() {
        let (octet, shift) = (number * 7 / 8, number * 7 % 8);
        let [low, high] = (u16::from(*septet) << shift).to_le_bytes();
        octets[octet] |= low;
        if let Some(next) = octets.get_mut(octet + 1) {
            *next |= high;
        }
    }
    octets
}
