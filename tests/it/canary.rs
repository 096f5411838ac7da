//! A citizen's name and contact are in no file, neither while they are needed nor afterwards: not in the database, not
//! in its write-ahead log, not in the log.

use std::path::Path;
use std::process::Stdio;

use serde_json::json;

use crate::crash::{Program, offer, send};
use crate::outbox::free_port;
use crate::world::{Engine, Place, runtime};

const CANARIES: [&str; 3] = ["Zitronenfalter Quark", "quark@example.org", "Zitronenfalter"];

#[test]
fn a_planted_name_is_in_no_file() {
    runtime().block_on(async {
        let place = Place::make(Engine::Sqlite).await;
        let folder = Path::new(place.database_url.trim_start_matches("sqlite:")).parent().unwrap().to_owned();
        let log = folder.join("log");
        let mut program = Program::new(&place.database_url, free_port());
        program.log_everything();
        program.start_with_log(Stdio::from(std::fs::File::create(&log).unwrap())).await;
        let http = reqwest::Client::new();
        let starts = offer(&http, &program, &program.token()).await;

        let hold = json!({"topic": "einbruchschutz", "format": "video", "office": "ka", "start": starts[0]});
        let (_, held) = send(http.post(format!("{}/holds", program.address)).json(&hold)).await.unwrap();
        let secret = held["secret"].as_str().unwrap();
        let person = json!({"name": CANARIES[0], "contact": CANARIES[1]});
        let confirm = format!("{}/holds/{secret}/confirm", program.address);
        let once = http.post(confirm).header("idempotency-key", "one").json(&person);
        assert_eq!(send(once).await.unwrap().0, 200);
        // The mail server is away: the mail waits in the outbox, with name and address in it.
        look_everywhere(&folder, "while the appointment stands", secret);

        let cancel = format!("{}/bookings/{secret}/cancel", program.address);
        assert_eq!(send(http.post(cancel)).await.unwrap().0, 200);
        look_everywhere(&folder, "after it was cancelled", secret);
        program.kill();
        look_everywhere(&folder, "after the program died", secret);
    });
}

fn look_everywhere(folder: &Path, when: &str, secret: &str) {
    let mut looked = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        looked += bytes.len();
        for canary in CANARIES.into_iter().chain([secret]) {
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} is in {} {when}", path.display());
        }
    }
    assert!(looked > 100_000, "only {looked} bytes: is the database elsewhere?");
}
