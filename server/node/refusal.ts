/** A command or the start cannot go on, in plain words with what to do. Nothing was changed. */
export class Refusal extends Error {}
