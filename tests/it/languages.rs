//! A folder of `locales/` is a language of the pages: no code names it.

#[path = "../../build/languages.rs"]
mod written;

use sprechzeit::kernel::Language;

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
