import type { FeedStep } from '../changeStore.js';
import type { Change } from '../contract.js';
import { type HeadRef, headKey } from '../head.js';
import { type StepPlan, toChange } from '../stepPlan.js';
import { topicNumber } from './keys.js';
import { type EntryTexts, noStamp, printEntry, printFeed, printHead, toIndexMember } from './records.js';
import type { StepLook } from './stepLook.js';
import type { PieceOperation } from './writePiece.js';

/** A part of a plan that is written by one script call. */
export interface Piece {
  readonly operations: readonly PieceOperation[];
  /** Entries of the piece in order, their cursors still empty. */
  readonly entries: readonly Change[];
}

/** What has to be written together: the entries of one entity and its head. */
interface Unit {
  readonly entries: Draft[];
  readonly others: PieceOperation[];
  /** Characters to send. */
  size: number;
}

interface Draft {
  /** Place in the plan. */
  readonly index: number;
  readonly entry: Change;
  readonly texts: EntryTexts;
}

/** Bounds of one script call, because Redis does nothing else meanwhile. */
const maxOperations = 200;
const maxCharacters = 1_000_000;

/**
 * Cuts a plan into pieces of which each may be the last one written: an entity's entries stand with its head, so that a
 * second try finds what was told; state of the feed and gaps, which say that all of it is done, come in the last piece.
 * Inside a piece entries keep the order of the plan.
 */
export function cutIntoPieces(plan: StepPlan, look: StepLook, step: FeedStep): Piece[] {
  const pieces: Unit[][] = [[]];
  let room = { operations: maxOperations, characters: maxCharacters };
  for (const unit of unitsOf(plan, look, step)) {
    const operations = unit.entries.length + unit.others.length;
    if (room.operations < operations || room.characters < unit.size) {
      pieces.push([]);
      room = { operations: maxOperations, characters: maxCharacters };
    }
    pieces.at(-1)?.push(unit);
    room = { operations: room.operations - operations, characters: room.characters - unit.size };
  }
  pieces.at(-1)?.push(lastUnit(plan, look, step));
  return pieces.map(join);
}

function unitsOf(plan: StepPlan, look: StepLook, step: FeedStep): Unit[] {
  const units = new Map<string, Unit>();
  const unitOf = (ref: HeadRef) => {
    const unit = units.get(headKey(ref)) ?? { entries: [], others: [], size: 0 };
    units.set(headKey(ref), unit);
    return unit;
  };
  for (const [index, draft] of plan.drafts.entries()) {
    if (draft.id !== null) addEntry(unitOf({ topic: draft.topic, id: draft.id }), index, toChange(draft, step, ''));
  }
  for (const head of plan.heads) {
    const member = toIndexMember(head.version, head.id);
    addOther(unitOf(head), writeHead(head, look, printHead(head), member));
  }
  for (const ref of plan.deletedHeads) addOther(unitOf(ref), writeHead(ref, look, '', ''));
  return [...units.values()];
}

function writeHead(ref: HeadRef, look: StepLook, record: string, member: string): PieceOperation {
  const before = look.head(ref);
  const oldMember = before === undefined ? '' : toIndexMember(before.value.version, ref.id);
  return ['head', topicNumber(ref.topic), ref.id, before?.stamp ?? noStamp, record, oldMember, member];
}

/** What belongs to no entity. */
function lastUnit(plan: StepPlan, look: StepLook, step: FeedStep): Unit {
  const unit: Unit = { entries: [], others: [], size: 0 };
  for (const [index, draft] of plan.drafts.entries()) {
    if (draft.id === null) addEntry(unit, index, toChange(draft, step, ''));
  }
  for (const { at, count } of plan.gaps) {
    const told = look.gapCount(at);
    const before = told === undefined ? 'none' : printCount(told);
    addOther(unit, ['gap', topicNumber(step.topic), at.toString(), before, printCount(count)]);
  }
  for (const topic of look.feedTopics) {
    const isMoved = topic === step.topic && plan.feed !== undefined;
    addOther(unit, ['feed', topic, look.feed(topic).stamp, isMoved ? printFeed(plan.feed) : '']);
  }
  return unit;
}

function printCount(count: number | null): string {
  return count === null ? '' : String(count);
}

function addEntry(unit: Unit, index: number, entry: Change): void {
  const texts = printEntry(entry);
  unit.entries.push({ index, entry, texts });
  unit.size += texts.join('').length;
}

function addOther(unit: Unit, operation: PieceOperation): void {
  unit.others.push(operation);
  unit.size += operation.join('').length;
}

function join(units: readonly Unit[]): Piece {
  const drafts = units.flatMap(({ entries }) => entries).sort((a, b) => a.index - b.index);
  const tell = drafts.map(({ texts }): PieceOperation => ['entry', ...texts]);
  return {
    operations: [...tell, ...units.flatMap(({ others }) => others)],
    entries: drafts.map(({ entry }) => entry),
  };
}
