import type { Reading } from '#db/transact.ts'

/**
 * Statements made once for each connection and used again: the builder costs more than SQLite does on the hottest reads
 * (house.md section 3). Only for reads outside a transaction, whose connection lives as long as the store.
 */
export function prepared<T>(make: (db: Reading) => T): (db: Reading) => T {
  const made = new WeakMap<Reading, T>()
  return (db) => {
    let found = made.get(db)
    if (!found) made.set(db, (found = make(db)))
    return found
  }
}
