//! Chance that repeats itself: everything that a simulated day leaves to it comes from one seed.
//!
//! Each caller has a stream of its own, so that what one does never changes what another does.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

pub struct Chance(StdRng);

impl Chance {
    /// The stream with this name of a seed.
    pub fn new(seed: u64, stream: u64) -> Self {
        // Two odd constants (SplitMix64, xxHash), so that neighbouring seeds and streams have nothing in common.
        let mixed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ stream.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        Self(StdRng::seed_from_u64(mixed))
    }

    /// From 0 up to, but not including, 1.
    fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True in this share of cases, 0 to 1.
    pub fn share(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// 0 to `bound` - 1.
    pub fn below(&mut self, bound: u64) -> u64 {
        (self.unit() * bound as f64) as u64
    }

    pub fn between(&mut self, least: f64, most: f64) -> f64 {
        least + self.unit() * (most - least)
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len() as u64) as usize)
    }

    /// How many come in a time in which `mean` come on average (Poisson, by Knuth's method).
    pub fn count(&mut self, mean: f64) -> usize {
        // e^-mean would underflow for a crowd: it is counted in parts.
        if mean > 30.0 {
            return self.count(mean / 2.0) + self.count(mean / 2.0);
        }
        let (limit, mut product, mut count) = ((-mean).exp(), self.unit(), 0);
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// Log-normal: half of them are below the median, few are far above.
    pub fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        // Box and Muller's method.
        let (radius, angle) = ((-2.0 * (1.0 - self.unit()).ln()).sqrt(), std::f64::consts::TAU * self.unit());
        median * (sigma * radius * angle.cos()).exp()
    }

    /// One of several, each with its weight.
    pub fn weighed<T: Copy>(&mut self, of: &[(f64, T)], otherwise: T) -> T {
        let mut left = self.unit() * of.iter().map(|(weight, _)| weight).sum::<f64>();
        for (weight, one) in of {
            if left < *weight {
                return *one;
            }
            left -= weight;
        }
        otherwise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_repeats_itself_and_keeps_to_its_shares() {
        let draw = |seed, stream| {
            let mut chance = Chance::new(seed, stream);
            (0..8).map(|_| chance.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7, 1), draw(7, 1));
        assert_ne!(draw(7, 1), draw(7, 2));
        assert_ne!(draw(7, 1), draw(8, 1));
        let mut chance = Chance::new(1, 1);
        let mean = (0..2000).map(|_| chance.count(40.0)).sum::<usize>() as f64 / 2000.0;
        assert!((39.0..41.0).contains(&mean), "{mean}");
        let below = (0..2000).filter(|_| chance.log_normal(240.0, 0.8) < 240.0).count();
        assert!((900..1100).contains(&below), "{below}");
        let first = (0..2000).filter(|_| chance.weighed(&[(3.0, 1), (1.0, 2)], 0) == 1).count();
        assert!((1400..1600).contains(&first), "{first}");
    }
}
