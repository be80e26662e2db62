/**
 * `busy`: another process writes, or too much waits. `full`: no space is left. `failing`: the disk
 * does not work, or a server is away.
 */
export type StoreFaultCode = 'busy' | 'full' | 'failing'

/**
 * The store can't do this now, but may later. Nothing that was requested has been done; of a
 * server that did not answer, this is not known. Callers are told to try again.
 */
export class StoreFault extends Error {
  readonly code: StoreFaultCode

  constructor(code: StoreFaultCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreFault'
    this.code = code
  }
}
