/** A process of its own that takes every e-mail it is given. */
import { startSmtpServer } from '#test/chaos/smtp-server.ts'

const { port } = await startSmtpServer()
process.send?.({ port })
process.on('disconnect', () => process.exit(0))
