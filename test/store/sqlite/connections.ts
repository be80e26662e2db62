import { DatabaseSync } from 'node:sqlite'

/**
 * Every connection that this process opens from now on, so that a test can take their disk away.
 */
export function watchConnections(): Disposable & { pragma(text: string): void } {
  const connections = new Set<DatabaseSync>()
  const { exec } = DatabaseSync.prototype
  DatabaseSync.prototype.exec = function (sql) {
    connections.add(this)
    return exec.call(this, sql)
  }
  return {
    pragma(text) {
      for (const db of connections) if (db.isOpen) exec.call(db, `PRAGMA ${text}`)
    },
    [Symbol.dispose]() {
      DatabaseSync.prototype.exec = exec
    },
  }
}
