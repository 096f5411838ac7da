//! A folder of `locales/` is a language of the pages: no code names it.

#[path = "../../build/languages.rs"]
mod written;

use sprechzeit::kernel::Language;

use crate::world::on_both;

/// A copy of the folders' names, with more of them.
fn folders(more: &[&str]) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("sprechzeit_locales_{:x}", rand::random::<u64>()));
    for tag in Language::WRITTEN.iter().map(|language| language.tag()).chain(more.iter().copied()) {
        std::fs::create_dir_all(folder.join(tag)).unwrap();
    }
    std::fs::write(folder.join("README"), "no folder, no language").unwrap();
    folder
}

#[test]
fn a_new_folder_of_texts_is_a_new_language_behind_those_that_the_program_names() {
    for (more, listed) in [
        (&[][..], "&[Language::De, Language::En, Language::Simple]\n"),
        (&["uk"], "&[Language::De, Language::En, Language::Simple, Language::Other(\"uk\")]\n"),
        (
            &["uk", "ar"],
            "&[Language::De, Language::En, Language::Simple, Language::Other(\"ar\"), Language::Other(\"uk\")]\n",
        ),
    ] {
        let folder = folders(more);
        assert_eq!(written::written(&folder).unwrap(), listed);
        std::fs::remove_dir_all(folder).unwrap();
    }
}

#[test]
fn the_front_page_of_a_language_is_found_with_a_slash_behind_its_tag() {
    on_both("2026-11-20T08:00:00Z", async |world| {
        for tag in ["en", "de-simple"] {
            let there = world.get(&format!("/{tag}/")).await;
            assert_eq!(
                (there.status().as_u16(), &there.headers()["location"]),
                (308, &format!("/{tag}").parse().unwrap())
            );
            assert_eq!(world.get(&format!("/{tag}")).await.status(), 200);
        }
    });
}
