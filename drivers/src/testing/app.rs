//! A phone's app that answers a test agent's requests.

use link::phone::{Button, Field, Request, Response, Screen, Switch};

/// An app of two pages: the button "Go on" of the first leads to the second, which has the field "Name" and the switch
/// "Agreed". The button "Not yet" is disabled. To reopen the app leads back to the first page, with nothing entered.
#[derive(Default)]
pub struct TwoPages {
    is_second: bool,
    length: u32,
    is_on: bool,
}

impl TwoPages {
    /// The answer to `request`.
    pub fn answer(&mut self, request: Request) -> Response {
        match request {
            Request::Identity => Response::Identity { model: "a phone".into(), app: "two pages".into() },
            Request::Screen => Response::Screen(self.screen()),
            Request::Tap { label } if label == "Go on" && !self.is_second => {
                self.is_second = true;
                Response::Done
            }
            Request::Enter { label, text } if label == "Name" && self.is_second => {
                self.length = text.chars().count() as u32;
                Response::Done
            }
            Request::Set { label, on } if label == "Agreed" && self.is_second => {
                self.is_on = on;
                Response::Done
            }
            Request::Reopen => {
                *self = Self::default();
                Response::Done
            }
            _ => Response::Absent,
        }
    }

    fn screen(&self) -> Screen {
        if !self.is_second {
            let button = |label: &str, enabled| Button { label: label.into(), enabled };
            let buttons = vec![button("Go on", true), button("Not yet", false)];
            return Screen { title: "First".into(), buttons, ..Screen::default() };
        }
        let fields = vec![Field { label: "Name".into(), length: self.length, secret: false }];
        let switches = vec![Switch { label: "Agreed".into(), on: self.is_on }];
        Screen { title: "Second".into(), fields, switches, ..Screen::default() }
    }
}
