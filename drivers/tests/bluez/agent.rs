//! Test agents of simulated phones: one that serves sealed sessions, and plain ones that misbehave.

use drivers::{phone::BenchKey, testing::TwoPages};
use link::{
    frame::{self, Decoder, Direction, Item, PHONE_FRAME},
    session::{AgentEnd, Received},
};

use crate::sim::{Act, Agent, PIECE};

/// The bench key of these tests.
pub fn key() -> BenchKey {
    BenchKey::new(&[7; BenchKey::LENGTH]).unwrap()
}

/// An agent on a phone with an app of two pages: "Go on" leads to the second, which has the field "Name".
pub fn obedient() -> Agent {
    let mut end = AgentEnd::new(key());
    let mut app = TwoPages::default();
    let mut hellos = 0;
    agent(
        move |packet| {
            let fresh = || {
                hellos += 1;
                [hellos; 16]
            };
            match end.receive(packet, fresh) {
                Received::Reply(packet) => Some(packet),
                Received::Request { message, reply } => {
                    let request = minicbor::decode(&message).unwrap();
                    Some(reply.seal(&minicbor::to_vec(app.answer(request)).unwrap()).unwrap())
                }
                Received::Nothing => None,
            }
        },
        notify,
    )
}

/// An agent that answers each packet with the same packet, in a way that `act` makes of the answer's pieces.
pub fn echo(act: impl FnMut(Vec<Vec<u8>>) -> Vec<Act> + Send + 'static) -> Agent {
    agent(|packet| Some(packet.to_vec()), act)
}

/// Notifies of all pieces, in order.
pub fn notify(pieces: Vec<Vec<u8>>) -> Vec<Act> {
    pieces.into_iter().map(Act::Notify).collect()
}

/// The pieces of the frame that answers `id` with `packet`.
pub fn pieces(id: u8, packet: &[u8]) -> Vec<Vec<u8>> {
    let mut wire = [0; PHONE_FRAME];
    let length = frame::encode(Direction::Answer, id, &Item(packet), &mut wire).unwrap();
    wire[..length].chunks(PIECE).map(<[u8]>::to_vec).collect()
}

/// Puts requests together, answers them by `answer`, and does what `act` makes of the answer's pieces.
fn agent(
    mut answer: impl FnMut(&[u8]) -> Option<Vec<u8>> + Send + 'static,
    mut act: impl FnMut(Vec<Vec<u8>>) -> Vec<Act> + Send + 'static,
) -> Agent {
    let mut decoder = Box::new(Decoder::<PHONE_FRAME>::new());
    Box::new(move |piece| {
        let mut acts = Vec::new();
        for byte in piece {
            if let Some(frame) = decoder.push(*byte)
                && let Some(packet) = answer(frame.body)
            {
                acts.extend(act(pieces(frame.id, &packet)));
            }
        }
        acts
    })
}
