//! The luma of a region, at full and at half resolution, and the threshold between its ink and its paper.

use std::ops::Range;

use super::{Blindness, Frame, Region};

/// Pixels of a threshold's block, in both directions.
pub(super) const BLOCK: usize = 8;
/// How many blocks to every side are the surroundings of one.
const REACH: usize = 3;

/// Luma below which a picture shows nothing, and from which it is white.
const DARK: usize = 48;
const WHITE: usize = 236;

/// A grey picture: a copy of a region's luma. Frames that lie about their size give an empty one.
pub(super) struct Grey {
    pub width: usize,
    pub height: usize,
    luma: Vec<u8>,
}

impl Grey {
    /// The luma of `region`, which lies in the frame.
    pub fn of(frame: &Frame, region: Region) -> Self {
        Self::part(&frame.y, frame.width, region)
    }

    /// A picture of `luma`, row by row.
    pub fn from_luma(width: usize, height: usize, luma: Vec<u8>) -> Self {
        Self { width, height, luma }
    }

    /// A copy of `region`, which lies in the picture.
    pub fn cut(&self, region: Region) -> Self {
        Self::part(&self.luma, self.width, region)
    }

    /// A copy of `region` of a plane whose rows are `stride` pixels long.
    fn part(plane: &[u8], stride: usize, region: Region) -> Self {
        let mut luma = Vec::with_capacity(region.width * region.height);
        for y in region.y..region.y + region.height {
            luma.extend_from_slice(&plane[y * stride + region.x..][..region.width]);
        }
        Self { width: region.width, height: region.height, luma }
    }

    /// The mean of each square of four pixels.
    pub fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut luma = Vec::with_capacity(width * height);
        for y in 0..height {
            let upper = &self.row(2 * y)[..2 * width];
            let lower = &self.row(2 * y + 1)[..2 * width];
            luma.extend(upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0).map(|(up, low)| {
                ((u16::from(up[0]) + u16::from(up[1]) + u16::from(low[0]) + u16::from(low[1]) + 2) / 4) as u8
            }));
        }
        Self { width, height, luma }
    }

    /// The picture with each pixel `times` as large, within a white border of `border` such pixels.
    pub fn enlarged(&self, times: usize, border: usize) -> Self {
        let (width, height) = ((self.width + 2 * border) * times, (self.height + 2 * border) * times);
        let mut luma = vec![u8::MAX; width * height];
        for (y, line) in
            luma.chunks_exact_mut(width).enumerate().skip(border * times).take(self.height * times)
        {
            let inside = line[border * times..].chunks_exact_mut(times);
            inside.zip(self.row(y / times - border)).for_each(|(pixels, &luma)| pixels.fill(luma));
        }
        Self::from_luma(width, height, luma)
    }

    pub fn row(&self, y: usize) -> &[u8] {
        &self.luma[y * self.width..(y + 1) * self.width]
    }

    /// The luma at (`x`, `y`), between pixels by linear interpolation; `None` outside.
    pub fn at(&self, x: f64, y: f64) -> Option<f64> {
        if !(x >= 0.0 && y >= 0.0 && x < self.width as f64 - 1.0 && y < self.height as f64 - 1.0) {
            return None;
        }
        let (column, line) = (x as usize, y as usize);
        let (fx, fy) = (x - column as f64, y - line as f64);
        let across = |row: &[u8]| f64::from(row[column]) * (1.0 - fx) + f64::from(row[column + 1]) * fx;
        Some(across(self.row(line)) * (1.0 - fy) + across(self.row(line + 1)) * fy)
    }

    /// Why nothing was found here: the brightest hundredth is dark, or the darkest is white.
    pub fn blindness(&self) -> Blindness {
        let mut histogram = [0usize; 256];
        self.luma.iter().for_each(|&luma| histogram[usize::from(luma)] += 1);
        let beyond = |span: &[usize]| span.iter().sum::<usize>() * 100 < self.luma.len();
        match () {
            () if beyond(&histogram[DARK..]) => Blindness::Dark,
            () if beyond(&histogram[..WHITE]) => Blindness::Overexposed,
            () => Blindness::NoLabel,
        }
    }

    /// For each block of a threshold, whether it and those about it differ by less than `contrast` from
    /// darkest to lightest; by less than twice as much, where most of the picture is that noisy.
    pub fn flat_blocks(&self, contrast: u8) -> Vec<bool> {
        let (columns, lines) = (self.width.div_ceil(BLOCK), self.height.div_ceil(BLOCK));
        let mut extremes = vec![(u8::MAX, u8::MIN); columns * lines];
        for y in 0..self.height {
            let line = &mut extremes[y / BLOCK * columns..][..columns];
            for ((low, high), pixels) in line.iter_mut().zip(self.row(y).chunks(BLOCK)) {
                for &luma in pixels {
                    (*low, *high) = ((*low).min(luma), (*high).max(luma));
                }
            }
        }
        let range = |place: usize| {
            let (line, column) = (place / columns, place % columns);
            let about = |at: usize, limit: usize| at.saturating_sub(1)..(at + 2).min(limit);
            let near =
                about(line, lines).flat_map(|near| &extremes[near * columns..][about(column, columns)]);
            let (low, high) = near.fold((u8::MAX, u8::MIN), |(low, high), &(l, h)| (low.min(l), high.max(h)));
            high.saturating_sub(low)
        };
        let ranges: Vec<u8> = (0..columns * lines).map(range).collect();
        let mut sorted = ranges.clone();
        sorted.sort_unstable();
        // Most of a picture is desk: what its quieter parts have is noise.
        let noise = sorted.get(sorted.len() / 4).copied().unwrap_or(0);
        let least = (u16::from(noise) * 3 / 2).clamp(contrast.into(), 2 * u16::from(contrast));
        ranges.into_iter().map(|range| u16::from(range) < least).collect()
    }

    /// The local threshold: `share` of the mean of the surroundings, block by block.
    pub fn threshold(&self, share: f64) -> Threshold {
        self.threshold_within(share, REACH)
    }

    /// The same; the surroundings of a block are `reach` blocks to every side.
    pub fn threshold_within(&self, share: f64, reach: usize) -> Threshold {
        let about = |place: usize, count: usize| about(place, count, reach);
        let (columns, lines) = (self.width.div_ceil(BLOCK), self.height.div_ceil(BLOCK));
        let sums = self.sums_about_blocks(columns, lines, reach);
        // The pixels of the blocks about the one at `place`, along one side of the picture.
        let pixels = |place: usize, blocks: usize, length: usize| {
            let Range { start, end } = about(place, blocks);
            (end * BLOCK).min(length) - start * BLOCK
        };
        let across: Vec<usize> = (0..columns).map(|column| pixels(column, columns, self.width)).collect();
        let mut limits = Vec::with_capacity(sums.len());
        for (line, sums) in sums.chunks_exact(columns.max(1)).enumerate() {
            let down = pixels(line, lines, self.height);
            let limit = |(&sum, &across): (&u32, &usize)| {
                (share * f64::from(sum) / f64::from((across * down) as u32)) as u8
            };
            limits.extend(sums.iter().zip(&across).map(limit));
        }
        Threshold { columns, limits }
    }

    /// For each block the sum of the pixels in it and in the blocks about it.
    fn sums_about_blocks(&self, columns: usize, lines: usize, reach: usize) -> Vec<u32> {
        let about = |place: usize, count: usize| about(place, count, reach);
        let mut sums = vec![0u32; columns * lines];
        let total = |pixels: &[u8]| pixels.iter().map(|&luma| u32::from(luma)).sum::<u32>();
        for y in 0..self.height {
            let line = &mut sums[y / BLOCK * columns..][..columns];
            let (blocks, rest) = self.row(y).as_chunks::<BLOCK>();
            line.iter_mut().zip(blocks).for_each(|(sum, pixels)| *sum += total(pixels));
            if let Some(last) = line.get_mut(blocks.len()) {
                *last += total(rest);
            }
        }
        let across = |line: &[u32]| -> Vec<u32> {
            (0..columns).map(|column| line[about(column, columns)].iter().sum()).collect()
        };
        let sums: Vec<u32> = sums.chunks_exact(columns.max(1)).flat_map(across).collect();
        let mut all = vec![0u32; columns * lines];
        for (line, out) in all.chunks_exact_mut(columns.max(1)).enumerate() {
            for near in about(line, lines) {
                let more = &sums[near * columns..][..columns];
                out.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
            }
        }
        all
    }
}

/// The places of the surroundings, `reach` blocks to every side, of the block at `place` of `count`.
fn about(place: usize, count: usize, reach: usize) -> Range<usize> {
    place.saturating_sub(reach)..(place + reach + 1).min(count)
}

/// Threshold of ink for each block of a [`Grey`].
pub(super) struct Threshold {
    columns: usize,
    limits: Vec<u8>,
}

impl Threshold {
    /// Lets nothing count as ink in the blocks that `flat` holds for.
    pub fn leave_out(&mut self, flat: &[bool]) {
        self.limits.iter_mut().zip(flat).filter(|(_, flat)| **flat).for_each(|(limit, _)| *limit = 0);
    }

    /// The limits along pixel row `y`, one for each block.
    pub fn row(&self, y: usize) -> &[u8] {
        let line = y / BLOCK;
        &self.limits[line * self.columns..(line + 1) * self.columns]
    }
}
