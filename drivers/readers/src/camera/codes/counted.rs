//! A binary picture that counts accesses: the bound on a search that may not end.

use std::{cell::Cell, panic::resume_unwind, rc::Rc};

use image::{GenericImage, GenericImageView, Luma};

use super::bits::Bits;

/// Looks at each pixel, on average, before a search is given up. A search that ends takes a tenth of them.
const LOOKS_A_PIXEL: u64 = 400;

/// Unwinds out of a search that looked too often.
pub(super) struct TooManyLooks;

/// The picture. Its copies count together.
#[derive(Clone)]
pub(super) struct Counted {
    width: u32,
    height: u32,
    /// 1 for dark.
    pixels: Vec<Luma<u8>>,
    looks_left: Rc<Cell<u64>>,
}

impl Counted {
    pub fn new(bits: &Bits) -> Self {
        let pixels: Vec<_> = bits.rows().flatten().map(|&dark| Luma([u8::from(dark)])).collect();
        let looks_left = Rc::new(Cell::new(pixels.len() as u64 * LOOKS_A_PIXEL));
        Self { width: bits.width as u32, height: bits.height as u32, pixels, looks_left }
    }

    fn look(&self) {
        match self.looks_left.get().checked_sub(1) {
            Some(left) => self.looks_left.set(left),
            None => resume_unwind(Box::new(TooManyLooks)),
        }
    }

    fn place(&self, x: u32, y: u32) -> usize {
        y as usize * self.width as usize + x as usize
    }
}

impl GenericImageView for Counted {
    type Pixel = Luma<u8>;

    /// Counts too: a search that has left the picture asks for nothing else.
    fn dimensions(&self) -> (u32, u32) {
        self.look();
        (self.width, self.height)
    }

    fn get_pixel(&self, x: u32, y: u32) -> Luma<u8> {
        self.look();
        self.pixels[self.place(x, y)]
    }
}

impl GenericImage for Counted {
    fn get_pixel_mut(&mut self, x: u32, y: u32) -> &mut Luma<u8> {
        let place = self.place(x, y);
        &mut self.pixels[place]
    }

    fn put_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.look();
        let place = self.place(x, y);
        self.pixels[place] = pixel;
    }

    fn blend_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.put_pixel(x, y, pixel);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::camera::grey::Grey;

    #[test]
    fn a_search_without_end_is_given_up_after_so_many_looks() {
        let bits = Bits::by_local_mean(&Grey::from_luma(30, 20, vec![9; 600]), 3, false);
        let picture = Counted::new(&bits);
        let mut looks = 0;
        let search = AssertUnwindSafe(|| {
            loop {
                let copy = picture.clone();
                copy.get_pixel(29, 19);
                looks += 1;
            }
        });
        let Err(end) = catch_unwind(search);
        assert!(end.is::<TooManyLooks>());
        assert_eq!(looks, 600 * LOOKS_A_PIXEL);
    }
}
