/**
 * The small-number rule. What is protected is how the answers of a group of people fall; programme figures
 * (booked, came, charged, taught) and how many answered are not.
 */
export type Thresholds = { attended: number; answered: number; percentages: number }

export const defaultThresholds: Thresholds = { attended: 10, answered: 5, percentages: 10 }

/** `answered` is the number of people behind the figure in question: core answers for the whole-room bar, matched pairs for a matrix. */
export type Group = { attended: number; answered: number }

/** A programme with its courses, a course with its events; no person's attendance stands under two branches. */
export type Branch = Group & { id: string; children?: readonly Branch[] }

/**
 * Whether a group is large enough, taken alone, for the way its answers fall to be shown.
 * Necessary, not sufficient: when totals are shown too, ask `shownGroups`.
 */
export function mayShow(group: Group, thresholds: Thresholds = defaultThresholds): boolean {
  return group.attended >= thresholds.attended && group.answered >= thresholds.answered
}

/** Whether percentages may stand beside the counts. */
export function percentages(answered: number, thresholds: Thresholds = defaultThresholds): boolean {
  return answered >= thresholds.percentages
}

/**
 * The ids of the groups in the tree whose answers may be shown together, so that nobody can subtract their way to a group with
 * 1 to `thresholds.answered` − 1 answerers.
 *
 * Why it holds: groups in a tree are either apart or one inside the other, so whatever is worked out from the shown ones by adding and
 * subtracting is made of *remainders* (a shown group less its shown children). A remainder of nobody or of enough people is all that is let through.
 * It says nothing about pages seen on two days, about two kinds of figure (core and matched) set against each other, or about groups that cut across the tree:
 * for reports issued before and groups that cut across, ask `shownFamilies` (shown.ts).
 * @throws RangeError when an id comes twice, more answered than attended, or branches hold more people than what they belong to:
 * the proof would not hold.
 */
export function shownGroups(tree: Branch, thresholds: Thresholds = defaultThresholds): Set<string> {
  mustBeTree(tree, new Set())
  const shown = new Set<string>()
  if (mayShow(tree, thresholds)) show(tree, thresholds, shown)
  return shown
}

function show(branch: Branch, thresholds: Thresholds, shown: Set<string>): void {
  shown.add(branch.id)
  const visible = (branch.children ?? []).filter((child) => mayShow(child, thresholds)).sort(largestFirst)
  while (visible.length > 0 && isTooFew(branch.answered - answeredIn(visible), thresholds)) visible.pop()
  for (const child of visible) show(child, thresholds, shown)
}

function isTooFew(answered: number, thresholds: Thresholds): boolean {
  return answered > 0 && answered < thresholds.answered
}

function answeredIn(branches: readonly Branch[]): number {
  return branches.reduce((sum, branch) => sum + branch.answered, 0)
}

function largestFirst(a: Branch, b: Branch): number {
  return b.answered - a.answered || b.attended - a.attended || (a.id < b.id ? -1 : 1)
}

function mustBeTree(branch: Branch, seen: Set<string>): void {
  const { id, attended, answered, children = [] } = branch
  if (seen.has(id)) throw new RangeError(`The group ${id} stands twice in the tree`)
  seen.add(id)
  if (!Number.isSafeInteger(attended) || !Number.isSafeInteger(answered) || answered < 0 || answered > attended)
    throw new RangeError(`The group ${id} has ${answered} answered of ${attended} attended`)
  const attendedInside = children.reduce((sum, child) => sum + child.attended, 0)
  if (attendedInside > attended || answeredIn(children) > answered)
    throw new RangeError(`The branches of ${id} hold more people than ${id} itself`)
  for (const child of children) mustBeTree(child, seen)
}
