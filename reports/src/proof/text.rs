//! A proof in plain text, for terminals and pipes: the verdict, and every reason to look.

use std::fmt::Write;

use super::{Matrix, MutantStatus, Proof};

/// The proof as text: caught defects are counted, the others are named.
pub fn text(proof: &Proof) -> String {
    let mut out = String::new();
    let verdict = if proof.holds() { "PROVEN" } else { "NOT PROVEN" };
    let _ = writeln!(out, "{verdict}  {}.", proof.headline());
    for one in proof.defects.iter().filter(|one| one.status != MutantStatus::Caught) {
        let (name, clauses) = (&one.defect.name, one.defect.clauses.join(", "));
        let _ = writeln!(out, "  {:<15}{name} [{clauses}]: {}", one.status, one.reason);
        if let Some(deciding) = &one.deciding {
            let _ = writeln!(out, "  {:15}in {}{}", "", deciding.scenario, deciding.bracketed());
        }
    }
    for alarm in &proof.false_alarms {
        let _ = writeln!(out, "  false alarm    {} (seed {}): {}", alarm.scenario, alarm.seed, alarm.reason);
    }
    for one in proof.misblamed() {
        let _ = writeln!(out, "  misblamed      {} on {}: {}", one.scenario, one.defect, one.reason);
    }
    for clause in proof.unbroken() {
        let _ = writeln!(out, "  unbroken       {}: a must clause that no defect breaks", clause.id);
    }
    if let Some(matrix) = &proof.matrix {
        worth(&mut out, matrix);
    }
    let _ = writeln!(out);
    for status in MutantStatus::ALL.into_iter().filter(|&status| proof.count(status) > 0) {
        let _ = writeln!(out, "  {status:<15}{:>4}", proof.count(status));
    }
    let barred = proof.defects.iter().filter(|one| one.barred.is_some()).count();
    let _ = writeln!(out, "  {:<15}{barred:>4}", "no certificate");
    let _ = writeln!(out, "\n{} scenarios run in {:.1} s", proof.scenario_runs, proof.wall_s);
    out
}

/// Number of defects that each scenario catches, and that no other one catches.
fn worth(out: &mut String, matrix: &Matrix) {
    let _ = writeln!(out, "\n  catches  only it  scenario");
    for worth in matrix.worth() {
        let note = worth.remark().map(|remark| format!("  ({remark})")).unwrap_or_default();
        let _ = writeln!(out, "  {:>7}  {:>7}  {}{note}", worth.catches, worth.only, worth.name);
    }
}
