//! Pages that are generated beside the description of the API.

use countersign_kernel::text::Locale;
use countersign_web::ProblemKind;

/// `api-spec/problems.md`.
pub(crate) fn problems_page() -> String {
    let mut page = String::from(
        "# Problems\n\nGenerated. Every failure is `application/problem+json` (RFC 9457) with one of these types; `type` is\n\
         `/problems/CODE`, has one status and one title, and can be opened.\n\n| code | status | retry | title | 标题 |\n| --- | --- | --- | --- | --- |\n",
    );
    for kind in ProblemKind::ALL {
        let title = kind.title();
        let retry = if kind.retryable() { "may help" } else { "" };
        let (en, zh) = (title.get(Locale::En), title.get(Locale::ZhCn));
        page.push_str(&format!(
            "| `{}` | {} | {retry} | {en} | {zh} |\n",
            kind.code(),
            kind.status()
        ));
    }
    page
}

/// `docs/workflows/findings.md`: every finding of the checker, with a broken and a mended example.
pub(crate) fn findings_page() -> String {
    let mut page = String::from(
        "# What the checker finds\n\nGenerated. Each code with an example that shows it and the same mended; a test runs them all.\n",
    );
    for code in countersign_engine::codes::CODES {
        let severity = if code.severity == countersign_engine::finding::Severity::Error {
            "error"
        } else {
            "warning"
        };
        let (about, about_zh) = (code.about, code.about_zh);
        let example = |text: &str| code.place.file(text).trim_end().to_owned();
        page.push_str(&format!(
            "\n## `{}` ({severity})\n\n{about}\n\n{about_zh}\n",
            code.code
        ));
        page.push_str(&format!("\nBroken:\n\n~~~yaml\n{}\n~~~\n", example(code.broken)));
        page.push_str(&format!("\nMended:\n\n~~~yaml\n{}\n~~~\n", example(code.mended)));
    }
    page
}
