import express, { type Express } from 'express'
import { healthRoutes, type HealthPorts } from './routes/health.ts'

/** `/healthz`, `/readyz` and `/metrics`, for a listener of their own that the outside does not reach. */
export function buildOperationsApp(ports: HealthPorts): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.use(healthRoutes(ports))
  return app
}
