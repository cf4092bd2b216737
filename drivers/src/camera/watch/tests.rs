use super::*;
use crate::testing::{FakeClock, RingCamera};

const PERIOD: Duration = RingCamera::PERIOD;

fn watch(white_from: u64, kept: u64, stride: Duration) -> (Option<Bracket>, usize) {
    let clock = Arc::new(FakeClock::default());
    let mut camera = RingCamera::new(clock.clone(), white_from, kept);
    let watch = Watch { from: BenchTime::ZERO, deadline: BenchTime::ZERO + Duration::from_secs(180), stride };
    let bracket = first_frame(&mut camera, &*clock, watch, &mut |frame| Ok(frame.y[0] > 128)).unwrap();
    (bracket, camera.fetched())
}

#[test]
fn the_first_frame_is_found_without_looking_at_all_of_them() {
    for white_from in [1, 30, 31, 64, 1000, 5000] {
        let (bracket, fetched) = watch(white_from, 300, Duration::from_secs(1));
        let bracket = bracket.unwrap();
        assert_eq!(bracket.first.number, white_from);
        assert_eq!(bracket.before.as_ref().unwrap().number, white_from - 1);
        assert!(fetched < 200, "{fetched} frames for frame {white_from}");
        let moment = bracket.moment().unwrap();
        assert_eq!(moment.uncertainty, PERIOD / 2 + RingCamera::UNCERTAINTY);
    }
}

#[test]
fn what_shows_from_the_start_has_no_moment_and_what_never_shows_no_bracket() {
    let (bracket, _) = watch(0, 300, Duration::from_secs(1));
    assert!(bracket.unwrap().moment().is_none());
    assert!(watch(u64::MAX, 300, Duration::from_secs(1)).0.is_none());
}

#[test]
fn a_ring_shorter_than_the_stride_widens_the_bracket() {
    let (bracket, _) = watch(40, 5, Duration::from_secs(2));
    let bracket = bracket.unwrap();
    assert_eq!((bracket.before.as_ref().map(|frame| frame.number), bracket.first.number), (Some(0), 56));
    assert!(bracket.moment().unwrap().uncertainty > Duration::from_millis(900));
}

#[test]
fn frames_are_awaited_one_after_another() {
    let clock = Arc::new(FakeClock::default());
    let mut camera = RingCamera::new(clock.clone(), 0, 300);
    clock.wait_until(BenchTime::ZERO + Duration::from_secs(5)).unwrap();
    let from = clock.now() - PERIOD;
    let numbers: Vec<u64> =
        frames_from(&mut camera, &*clock, from, 4).unwrap().iter().map(|frame| frame.number).collect();
    assert_eq!(numbers, [151, 152, 153, 154]);
}

#[test]
fn frames_to_come_are_fetched_once_each_and_none_besides() {
    let clock = Arc::new(FakeClock::default());
    let mut camera = RingCamera::new(clock.clone(), 0, 300);
    for from in [Duration::from_secs(5), Duration::from_secs(7)] {
        clock.wait_until(BenchTime::ZERO + Duration::from_secs(5)).unwrap();
        let before = camera.fetched();
        let from = BenchTime::ZERO + from;
        let frames = frames_from(&mut camera, &*clock, from, 3).unwrap();
        assert!(frames.iter().all(|frame| frame.at >= from && frame.at < from + 4 * PERIOD));
        assert_eq!(camera.fetched() - before, 3);
    }
}
