//! Tested items: parts of a product with their hashes, as its declaration tells, or as a run's head does.

use std::path::Path;

use reports::{Input, InputKind, Journal, release::Subject};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::repetitions;
use crate::bad_input::BadInput;

/// Its name in a bundle.
pub const FILE: &str = "product.toml";

/// A product's declaration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its name and version.
    pub name: String,
    /// Who has it tested.
    pub client: String,
    part: Vec<Part>,
}

/// A `[[part]]`: an app package, an image, or a sealed device by its maker's hash.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    name: String,
    sha256: Hash,
    declared_by: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Hash(String);

impl TryFrom<String> for Hash {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 64 && text.bytes().all(is_digit) {
            return Ok(Self(text));
        }
        Err(format!("{text:?} is not a SHA-256; it has 64 hexadecimal digits in lower case"))
    }
}

impl Product {
    /// Reads a declaration.
    ///
    /// # Errors
    /// [`BadInput`] with the line, and what is accepted.
    pub fn load(file: &Path) -> Result<Self, BadInput> {
        Self::parse(file, &BadInput::read(file)?)
    }

    /// As [`load`](Self::load), of the text of a file.
    ///
    /// # Errors
    /// [`BadInput`] with the line, and what is accepted.
    pub fn parse(file: &Path, text: &str) -> Result<Self, BadInput> {
        let product: Self = toml::from_str(text).map_err(|error| BadInput::of_toml(file, text, &error))?;
        if product.part.is_empty() {
            return Err(BadInput::new(file, "there is no [[part]] in it; a product has at least one"));
        }
        Ok(product)
    }

    /// Its parts.
    pub fn subjects(&self) -> Vec<Subject> {
        let subject = |part: &Part| Subject {
            name: part.name.clone(),
            sha256: part.sha256.0.clone(),
            declared_by: part.declared_by.clone(),
        };
        self.part.iter().map(subject).collect()
    }
}

/// The client and the tested items of a run on a simulated bench.
pub fn of_simulated(journal: &Journal) -> (String, Vec<Subject>) {
    let head = journal.head();
    let subjects = reference(&head.inputs, repetitions::program(journal), &head.defects);
    ("nobody: a simulated bench".to_owned(), subjects)
}

/// The reference product: the images of its boards, among `inputs`, and all the rest of it, which is in the program with this
/// hash. Its defects are part of it.
pub fn reference(inputs: &[Input], program: Option<&str>, defects: &[String]) -> Vec<Subject> {
    let images = inputs.iter().filter(|input| input.kind == InputKind::Firmware);
    let images = images.map(|image| Subject {
        name: format!("image {}", image.name),
        sha256: image.sha256.clone(),
        declared_by: None,
    });
    let program = program.unwrap_or_default();
    let (name, sha256) = match defects {
        [] if program.len() == 64 => ("reference product, in the program".to_owned(), program.to_owned()),
        defects => {
            let hashed = format!("{program}\n{}\n", defects.join("\n"));
            let name = format!("reference product, in the program, with defects: {}", defects.join(", "));
            (name, hex::encode(Sha256::digest(hashed)))
        }
    };
    images.chain([Subject { name, sha256, declared_by: None }]).collect()
}
