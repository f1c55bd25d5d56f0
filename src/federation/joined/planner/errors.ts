/** No subgraph can be asked for some field of an operation. A supergraph that composes may hold such fields. */
export class Unanswerable extends Error {
  override readonly name = 'Unanswerable';
}

/** Too many operations wait for the planner, or it has been stopped: another time there may be a plan. */
export class PlannerBusy extends Error {
  override readonly name = 'PlannerBusy';
}
