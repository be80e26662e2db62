import express, { type Express } from 'express'
import { type HealthPorts, healthRoutes } from './routes/health.ts'

/**
 * Builds `/healthz`, `/readyz` and `/metrics`, for a separate listener that is not reachable from
 * outside.
 */
export function buildHealthApp(ports: HealthPorts): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.use(healthRoutes(ports))
  return app
}
