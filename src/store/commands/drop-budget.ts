import type { BudgetKind } from '../../contract/budgets.ts';
import { type Db, run, type Script } from '../script.ts';

/** The budget of a group or a user that is deleted goes too. What was counted stays. */
export function* dropBudget(db: Db, owner: { kind: BudgetKind; subjectId: string }): Script<void> {
  yield* run(db.deleteFrom('budgets').where('kind', '=', owner.kind).where('subject_id', '=', owner.subjectId));
}
