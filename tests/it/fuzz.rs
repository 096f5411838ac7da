//! The bodies of the fuzz targets in `fuzz/`, with a few thousand inputs that are mutated from files of this repository.

use std::path::Path;

use sprechzeit::flows::Files;

#[path = "../../fuzz/bodies.rs"]
mod bodies;

/// A generator that gives the same numbers every time (Numerical Recipes' LCG).
struct Numbers(u32);

impl Numbers {
    fn below(&mut self, of: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(self.0 >> 8).unwrap() % of.max(1)
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most)).map(|_| u8::try_from(self.below(256)).unwrap()).collect()
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let bad = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flows/bad");
    let files = Files::read(None).unwrap().flows.into_iter().chain(Files::read(Some(&bad)).unwrap().flows);
    files.map(|file| file.bytes).filter(|bytes| bytes.len() < 4_000).collect()
}

/// Cuts, doubles, swaps and overwrites.
fn mutate(numbers: &mut Numbers, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[numbers.below(seeds.len())].clone();
    for _ in 0..=numbers.below(4) {
        let (from, length) = (numbers.below(bytes.len()), numbers.below(40));
        let until = (from + length).min(bytes.len());
        let at = numbers.below(bytes.len());
        match numbers.below(5) {
            0 => drop(bytes.drain(from..until)),
            1 => {
                let piece = bytes[from..until].to_vec();
                bytes.splice(at..at, piece);
            }
            2 => {
                let other = &seeds[numbers.below(seeds.len())];
                let start = numbers.below(other.len());
                let piece = other[start..(start + length).min(other.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            3 => {
                let piece = numbers.bytes(4);
                bytes.splice(at..at, piece);
            }
            _ if !bytes.is_empty() => bytes[at] = b"{}[]:*&!#\"'\n\t -,"[numbers.below(16)],
            _ => {}
        }
    }
    bytes
}

#[test]
fn any_bytes_are_a_flow_or_are_refused() {
    let (seeds, mut numbers) = (seeds(), Numbers(1));
    seeds.iter().for_each(|seed| bodies::parse_any(seed));
    for _ in 0..3_000 {
        bodies::parse_any(&mutate(&mut numbers, &seeds));
    }
}

#[test]
fn any_events_lead_every_caller_to_an_end() {
    let mut numbers = Numbers(2);
    for _ in 0..5_000 {
        bodies::walk_any(&numbers.bytes(120));
    }
}
