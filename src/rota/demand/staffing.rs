//! How many advisors a load of calls needs: Erlang B, C, A and X.
//!
//! Not who they are. Rule: recursions and sums of positive terms only, never a factorial, so that it stands at any size.

/// Where the chances of longer queues are left out.
const NEGLIGIBLE: f64 = 1e-13;
/// Where they are scaled down, since only their proportions count.
const LARGE: f64 = 1e100;
/// More people than this are not said to be needed.
const MOST: u32 = 500;

/// The calls of a time, and how long each takes somebody.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    pub calls_per_hour: f64,
    /// Talk and wrap-up, on average.
    pub seconds_per_call: f64,
}

/// How callers behave who wait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Model {
    /// Everybody waits as long as it takes (Erlang C).
    C,
    /// Who waits hangs up after so many seconds, on average (Erlang A, Palm 1946).
    A { patience_seconds: f64 },
}

/// What a number of advisors brings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Service {
    /// The share of callers who must wait at all.
    pub wait: f64,
    /// The share of all callers who are answered within the target's seconds.
    pub within: f64,
    /// The same counted by how long callers would wait who never hang up.
    pub within_if_patient: f64,
    /// The average wait, of those who hang up, too.
    pub seconds: f64,
    /// The share of callers who hang up.
    pub lost: f64,
    /// The share of their time in which advisors talk.
    pub occupancy: f64,
    /// How many wait, on average.
    pub queue: f64,
}

/// What is to be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// The share of all callers, 0 to 1, who are to be answered …
    pub share: f64,
    /// … within so many seconds.
    pub seconds: f64,
    /// So much of their time advisors talk at most, 0 to 1.
    pub occupancy: f64,
    /// There are at least so many, however few call. At a small load this alone decides.
    pub minimum: u32,
}

impl Load {
    /// The calls that are under way at the same time if everybody is answered at once, in Erlang.
    pub fn erlangs(self) -> f64 {
        self.calls_per_hour * self.seconds_per_call / 3600.0
    }

    /// The fewest advisors who reach the target, and what they bring.
    pub fn advisors(self, model: Model, target: &Target) -> u32 {
        let enough = |n: &u32| {
            let service = self.served_by(*n, model, target.seconds);
            service.is_some_and(|it| it.within >= target.share && it.occupancy <= target.occupancy)
        };
        let fewest = target.minimum.max(1);
        if self.erlangs() <= 0.0 { fewest } else { (fewest..MOST).find(enough).unwrap_or(MOST) }
    }

    /// What so many advisors bring; none where the queue would grow for ever.
    pub fn served_by(self, advisors: u32, model: Model, seconds: f64) -> Option<Service> {
        match model {
            Model::C => self.patient(advisors, seconds),
            Model::A { patience_seconds } => Some(self.impatient(advisors, seconds, patience_seconds)),
        }
    }

    fn patient(self, advisors: u32, seconds: f64) -> Option<Service> {
        let (n, load) = (f64::from(advisors), self.erlangs());
        let spare = n - load;
        if spare <= 0.0 {
            return None;
        }
        let blocked = erlang_b(load, advisors);
        let wait = blocked / (1.0 - load / n * (1.0 - blocked));
        let within = 1.0 - wait * (-spare * seconds / self.seconds_per_call).exp();
        let average = wait * self.seconds_per_call / spare;
        let queue = average * self.calls_per_hour / 3600.0;
        let service = Service {
            wait,
            within,
            within_if_patient: within,
            seconds: average,
            lost: 0.0,
            occupancy: load / n,
            queue,
        };
        Some(service)
    }

    /// A birth and death process: with k in the system one more leaves each second by min(k, n) / talk + (k − n)⁺ / patience.
    fn impatient(self, advisors: u32, seconds: f64, patience: f64) -> Service {
        let (n, arrivals) = (f64::from(advisors), self.calls_per_hour / 3600.0);
        let (answers, leaving) = (n / self.seconds_per_call, 1.0 / patience);
        let mut queue = Queue::new(answers / leaving, (-seconds * leaving).exp(), (-answers * seconds).exp());
        // Chances as multiples of that of n in the system; below n they sum to those of Erlang B.
        let busy_or_less = 1.0 / erlang_b(self.erlangs(), advisors);
        if !busy_or_less.is_finite() {
            return Service { occupancy: self.erlangs() / n, ..Service::AT_ONCE };
        }
        // The chance of this queue; then summed: itself, those who wait, those who wait too long, those answered in time.
        let (mut chance, mut sums, mut below) = (1.0, [0.0; 4], busy_or_less - 1.0);
        for ahead in 0_u32.. {
            let terms = [1.0, f64::from(ahead), queue.longer(), queue.answered_in_time()];
            sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += chance * term);
            if chance < NEGLIGIBLE * (below + sums[0]) {
                break;
            }
            chance *= arrivals / (answers + f64::from(ahead + 1) * leaving);
            queue.one_more();
            if chance > LARGE {
                [&mut chance, &mut below].into_iter().chain(&mut sums).for_each(|it| *it /= LARGE);
            }
        }
        let [waiting, people, late, soon] = sums;
        let all = below + waiting;
        let (wait, queue) = (waiting / all, people / all);
        let lost = queue * leaving / arrivals;
        Service {
            wait,
            within: 1.0 - wait + soon / all,
            within_if_patient: 1.0 - late / all,
            seconds: queue / arrivals,
            lost,
            occupancy: self.erlangs() * (1.0 - lost) / n,
            queue,
        }
    }

    /// The load that comes of callers who hang up and call again, with this chance 0 to 1 (Erlang X, Koole): a fixed point.
    pub fn with_redials(self, advisors: u32, patience_seconds: f64, again: f64) -> Self {
        let model = Model::A { patience_seconds };
        (0..200).fold(self, |load, _| {
            let lost = load.served_by(advisors, model, 0.0).map_or(0.0, |service| service.lost);
            Self { calls_per_hour: self.calls_per_hour + again * lost * load.calls_per_hour, ..self }
        })
    }
}

impl Service {
    const AT_ONCE: Self =
        Self { wait: 0.0, within: 1.0, within_if_patient: 1.0, seconds: 0.0, lost: 0.0, occupancy: 0.0, queue: 0.0 };
}

/// The wait W of a caller with so many ahead while all n advisors talk, where those ahead hang up as well: then
/// exp(−W / patience) is Beta(c, ahead + 1), with c the answers in the time of one's patience.
struct Queue {
    c: f64,
    /// exp(−seconds / patience).
    x: f64,
    ahead: f64,
    /// The last terms of the two sums, and the sums: I_x(c, ahead + 1) and I_x(c + 1, ahead + 1).
    terms: [f64; 2],
    sums: [f64; 2],
}

impl Queue {
    fn new(c: f64, x: f64, x_to_c: f64) -> Self {
        let first = [x_to_c, x_to_c * x];
        Self { c, x, ahead: 0.0, terms: first, sums: first }
    }

    fn one_more(&mut self) {
        self.ahead += 1.0;
        for (n, term) in self.terms.iter_mut().enumerate() {
            *term *= (self.c + n as f64 + self.ahead - 1.0) / self.ahead * (1.0 - self.x);
            self.sums[n] += *term;
        }
    }

    /// The chance that somebody who never hangs up waits longer.
    fn longer(&self) -> f64 {
        self.sums[0].min(1.0)
    }

    /// The chance that somebody who may hang up is answered in time.
    fn answered_in_time(&self) -> f64 {
        self.c / (self.c + self.ahead + 1.0) * (1.0 - self.sums[1]).max(0.0)
    }
}

/// The share of calls that find all lines busy where nobody waits.
pub fn erlang_b(erlangs: f64, lines: u32) -> f64 {
    (1..=lines).fold(1.0, |blocked, k| erlangs * blocked / (f64::from(k) + erlangs * blocked))
}

/// So many must stand in the rota that `needed` are there when this share of the time, 0 to below 1, is leave, training
/// and illness.
pub fn rostered(needed: u32, shrinkage: f64) -> u32 {
    (f64::from(needed) / (1.0 - shrinkage.clamp(0.0, 0.9)) - 1e-9).ceil() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXACT: f64 = 1e-9;
    const CLOSE: f64 = 1e-4;

    fn near(found: f64, expected: f64, by: f64, what: &str) {
        assert!((found - expected).abs() <= by, "{what}: {found}, expected {expected}");
    }

    fn load(calls_per_hour: f64, seconds_per_call: f64) -> Load {
        Load { calls_per_hour, seconds_per_call }
    }

    /// 100 calls in half an hour, three minutes each: 10 Erlang.
    const TEN: Load = Load { calls_per_hour: 200.0, seconds_per_call: 180.0 };

    #[test]
    fn calls_that_find_every_line_busy() {
        for (erlangs, lines, expected, by) in [
            (1.0, 1, 0.5, EXACT),
            (1.0, 2, 0.2, EXACT),
            (10.0, 17, 0.012949, CLOSE),
            (8.0, 14, 0.01722, CLOSE),
            (8.0, 13, 0.03066, CLOSE),
            (12.0, 20, 0.009796, CLOSE),
            (12.0, 19, 0.016488, CLOSE),
            (5.0, 1, 0.8333333, CLOSE),
            (20.0, 10, 0.537_963_168_632_072_9, EXACT),
            (180.0, 200, 0.010_325, CLOSE),
        ] {
            near(erlang_b(erlangs, lines), expected, by, &format!("{erlangs} Erlang on {lines} lines"));
        }
        assert!((1..17).all(|lines| erlang_b(10.0, lines) > 0.02));
    }

    #[test]
    fn callers_who_wait_as_long_as_it_takes() {
        for (load, n, seconds, wait, within, average) in [
            (TEN, 11, 20.0, 0.682_118_2, 0.3896, None),
            (TEN, 12, 20.0, 0.449_388, 0.640_158, Some(40.445)),
            (TEN, 13, 20.0, 0.285_270, 0.795_595, None),
            (TEN, 14, 20.0, 0.174_131_9, 0.888_35, Some(7.835_937_01)),
            (TEN, 14, 19.8, 0.174_131_9, 0.887_853, None),
            (load(720.0, 240.0), 55, 15.0, 0.238_701, 0.845_883, Some(8.1840)),
            (load(2.0, 480.0), 2, 30.0, 0.031_373, 0.971_849, None),
            (load(10.0, 480.0), 3, 30.0, 0.180_791, 0.837_094, Some(52.07)),
        ] {
            let found = load.served_by(n, Model::C, seconds).unwrap();
            near(found.wait, wait, CLOSE, &format!("wait, {load:?}, {n}"));
            near(found.within, within, CLOSE, &format!("within, {load:?}, {n}"));
            if let Some(average) = average {
                near(found.seconds, average, average * CLOSE, &format!("average, {load:?}, {n}"));
            }
        }
        for (erlangs, n, wait) in [(0.5, 1, 0.5), (0.8, 1, 0.8), (1.0, 2, 1.0 / 3.0), (20.0, 25, 0.209_103)] {
            let found = load(erlangs, 3600.0).served_by(n, Model::C, 0.0).unwrap();
            near(found.wait, wait, 1e-6, &format!("{erlangs} Erlang, {n}"));
        }
        near(TEN.served_by(14, Model::C, 20.0).unwrap().occupancy, 0.714_285_7, 1e-6, "occupancy");
        assert_eq!(TEN.served_by(10, Model::C, 20.0), None, "the queue grows for ever");
    }

    #[test]
    fn callers_who_hang_up_after_a_while() {
        let found = TEN.served_by(14, Model::A { patience_seconds: 300.0 }, 20.0).unwrap();
        near(found.wait, 0.14526, CLOSE, "wait");
        near(found.lost, 0.013_984, CLOSE, "lost");
        near(found.occupancy, 0.704_297, CLOSE, "occupancy");
        near(found.seconds / 60.0, 0.069_919, CLOSE, "average");
        near(found.within, 0.916_792, CLOSE, "within");
        near(found.within_if_patient, 0.918_714, CLOSE, "within, if patient");
    }

    #[test]
    fn patience_that_ends_takes_the_queue_off_a_full_house() {
        let full = load(48.0 * 60.0, 60.0);
        let patient = full.served_by(50, Model::C, 20.0).unwrap();
        near(patient.seconds, 20.83, 0.01, "average, C");
        near(patient.queue, 16.67, 0.01, "queue, C");
        let hurried = full.served_by(50, Model::A { patience_seconds: 120.0 }, 20.0).unwrap();
        near(hurried.lost, 0.03091, CLOSE, "lost");
        near(hurried.seconds, 3.709, 0.001, "average");
        near(hurried.occupancy, 0.9303, CLOSE, "occupancy");
        near(hurried.queue, 2.968, 0.001, "queue");
    }

    #[test]
    fn whoever_never_hangs_up_is_as_patient_as_with_erlang_c() {
        let endless = TEN.served_by(14, Model::A { patience_seconds: 6e7 }, 20.0).unwrap();
        let patient = TEN.served_by(14, Model::C, 20.0).unwrap();
        near(endless.wait, patient.wait, CLOSE, "wait");
        near(endless.within, patient.within, CLOSE, "within");
        near(endless.seconds, patient.seconds, 0.01, "average");
    }

    #[test]
    fn callers_who_hang_up_and_call_again_make_a_larger_load() {
        let base = load(60.0, 480.0);
        for (again, lost, calls) in [(0.0, 0.171_834, 1.0), (0.5, 0.224_822, 1.126_648), (0.8, 0.301_266, 1.317_545)] {
            let more = base.with_redials(8, 180.0, again);
            near(more.calls_per_hour / 60.0, calls, CLOSE, "calls a minute");
            let found = more.served_by(8, Model::A { patience_seconds: 180.0 }, 30.0).unwrap();
            near(found.lost, lost, CLOSE, "lost");
        }
    }

    #[test]
    fn the_fewest_who_reach_the_target_and_more_in_the_rota_than_are_needed() {
        let target = Target { share: 0.8, seconds: 20.0, occupancy: 0.85, minimum: 1 };
        assert_eq!(TEN.advisors(Model::C, &target), 14);
        assert_eq!(rostered(14, 0.3), 20);
        assert_eq!(load(10.0, 480.0).advisors(Model::C, &Target { seconds: 30.0, ..target }), 3);
        assert_eq!(load(0.2, 480.0).advisors(Model::C, &Target { minimum: 2, ..target }), 2, "few calls: the minimum");
        assert_eq!(load(0.0, 480.0).advisors(Model::C, &target), 1);
        assert!(TEN.advisors(Model::A { patience_seconds: 120.0 }, &target) <= 14);
        assert_eq!(rostered(3, 0.0), 3);
    }

    #[test]
    fn no_size_of_the_house_is_too_large_to_count() {
        for n in [1, 100, 400] {
            let found = load(3600.0 * 12.0, 60.0).served_by(n, Model::A { patience_seconds: 120.0 }, 20.0).unwrap();
            for share in [found.wait, found.within, found.within_if_patient, found.lost, found.occupancy] {
                assert!((0.0..=1.0 + 1e-9).contains(&share), "{n}: {found:?}");
            }
        }
        let empty = load(1.0, 60.0).served_by(300, Model::A { patience_seconds: 60.0 }, 20.0).unwrap();
        assert_eq!((empty.within, empty.lost), (1.0, 0.0));
    }
}
