CREATE TABLE `event_snapshots` (
	`event_id` integer PRIMARY KEY NOT NULL,
	`shape` text NOT NULL,
	`settled` integer NOT NULL,
	`made_on` text NOT NULL,
	`packed` blob NOT NULL,
	FOREIGN KEY (`event_id`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `events_course_last` ON `events` (`course_id`,`last_on`);--> statement-breakpoint
CREATE INDEX `event_snapshots_kept` ON `event_snapshots` (`shape`,`settled`,`made_on`);--> statement-breakpoint
-- Written by hand: a snapshot is dropped when anything changes that it was made from; one delete by its key.
CREATE TRIGGER snapshot_bookings_added AFTER INSERT ON bookings BEGIN DELETE FROM event_snapshots WHERE event_id = NEW.event_id; END;
--> statement-breakpoint
CREATE TRIGGER snapshot_bookings_changed AFTER UPDATE ON bookings BEGIN DELETE FROM event_snapshots WHERE event_id IN (OLD.event_id, NEW.event_id); END;
--> statement-breakpoint
CREATE TRIGGER snapshot_bookings_removed AFTER DELETE ON bookings BEGIN DELETE FROM event_snapshots WHERE event_id = OLD.event_id; END;
--> statement-breakpoint
CREATE TRIGGER snapshot_event_sessions_added AFTER INSERT ON event_sessions BEGIN DELETE FROM event_snapshots WHERE event_id = NEW.event_id; END;
--> statement-breakpoint
CREATE TRIGGER snapshot_event_sessions_changed AFTER UPDATE ON event_sessions BEGIN DELETE FROM event_snapshots WHERE event_id IN (OLD.event_id, NEW.event_id); END;
--> statement-breakpoint
CREATE TRIGGER snapshot_event_sessions_removed AFTER DELETE ON event_sessions BEGIN DELETE FROM event_snapshots WHERE event_id = OLD.event_id; END;
--> statement-breakpoint
CREATE TRIGGER snapshot_responses_added AFTER INSERT ON responses BEGIN DELETE FROM event_snapshots WHERE event_id = NEW.event_id; END;
--> statement-breakpoint
CREATE TRIGGER snapshot_responses_changed AFTER UPDATE ON responses BEGIN DELETE FROM event_snapshots WHERE event_id IN (OLD.event_id, NEW.event_id); END;
--> statement-breakpoint
CREATE TRIGGER snapshot_responses_removed AFTER DELETE ON responses BEGIN DELETE FROM event_snapshots WHERE event_id = OLD.event_id; END;
--> statement-breakpoint
CREATE TRIGGER snapshot_answers_added AFTER INSERT ON answers BEGIN DELETE FROM event_snapshots WHERE event_id = NEW.event_id; END;
--> statement-breakpoint
CREATE TRIGGER snapshot_answers_changed AFTER UPDATE ON answers BEGIN DELETE FROM event_snapshots WHERE event_id IN (OLD.event_id, NEW.event_id); END;
--> statement-breakpoint
CREATE TRIGGER snapshot_answers_removed AFTER DELETE ON answers BEGIN DELETE FROM event_snapshots WHERE event_id = OLD.event_id; END;
--> statement-breakpoint
CREATE TRIGGER snapshot_follow_ups_added AFTER INSERT ON follow_ups BEGIN DELETE FROM event_snapshots WHERE event_id = NEW.event_id; END;
--> statement-breakpoint
CREATE TRIGGER snapshot_follow_ups_changed AFTER UPDATE ON follow_ups BEGIN DELETE FROM event_snapshots WHERE event_id IN (OLD.event_id, NEW.event_id); END;
--> statement-breakpoint
CREATE TRIGGER snapshot_follow_ups_removed AFTER DELETE ON follow_ups BEGIN DELETE FROM event_snapshots WHERE event_id = OLD.event_id; END;
--> statement-breakpoint
CREATE TRIGGER snapshot_event_cancellations_added AFTER INSERT ON event_cancellations BEGIN DELETE FROM event_snapshots WHERE event_id = NEW.event_id; END;
--> statement-breakpoint
CREATE TRIGGER snapshot_event_cancellations_changed AFTER UPDATE ON event_cancellations BEGIN DELETE FROM event_snapshots WHERE event_id IN (OLD.event_id, NEW.event_id); END;
--> statement-breakpoint
CREATE TRIGGER snapshot_event_cancellations_removed AFTER DELETE ON event_cancellations BEGIN DELETE FROM event_snapshots WHERE event_id = OLD.event_id; END;
--> statement-breakpoint
CREATE TRIGGER snapshot_marks_added AFTER INSERT ON marks BEGIN DELETE FROM event_snapshots WHERE event_id IN (SELECT event_id FROM event_sessions WHERE id = NEW.event_session_id); END;
--> statement-breakpoint
CREATE TRIGGER snapshot_marks_changed AFTER UPDATE ON marks BEGIN DELETE FROM event_snapshots WHERE event_id IN (SELECT event_id FROM event_sessions WHERE id IN (OLD.event_session_id, NEW.event_session_id)); END;
--> statement-breakpoint
CREATE TRIGGER snapshot_marks_removed AFTER DELETE ON marks BEGIN DELETE FROM event_snapshots WHERE event_id IN (SELECT event_id FROM event_sessions WHERE id = OLD.event_session_id); END;
--> statement-breakpoint
CREATE TRIGGER snapshot_commitments_added AFTER INSERT ON commitments BEGIN DELETE FROM event_snapshots WHERE event_id IN (SELECT event_id FROM bookings WHERE id = NEW.booking_id); END;
--> statement-breakpoint
CREATE TRIGGER snapshot_commitments_changed AFTER UPDATE ON commitments BEGIN DELETE FROM event_snapshots WHERE event_id IN (SELECT event_id FROM bookings WHERE id IN (OLD.booking_id, NEW.booking_id)); END;
--> statement-breakpoint
CREATE TRIGGER snapshot_commitments_removed AFTER DELETE ON commitments BEGIN DELETE FROM event_snapshots WHERE event_id IN (SELECT event_id FROM bookings WHERE id = OLD.booking_id); END;
--> statement-breakpoint
CREATE TRIGGER snapshot_events_changed AFTER UPDATE ON events WHEN (OLD.course_id, OLD.starts_at, OLD.last_on) IS NOT (NEW.course_id, NEW.starts_at, NEW.last_on) BEGIN DELETE FROM event_snapshots WHERE event_id = NEW.id; END;
--> statement-breakpoint
CREATE TRIGGER snapshot_events_removed BEFORE DELETE ON events BEGIN DELETE FROM event_snapshots WHERE event_id = OLD.id; END;
--> statement-breakpoint
CREATE TRIGGER snapshot_courses_changed AFTER UPDATE ON courses WHEN (OLD.attendance_rule, OLD.earns) IS NOT (NEW.attendance_rule, NEW.earns) BEGIN DELETE FROM event_snapshots WHERE event_id IN (SELECT id FROM events WHERE course_id = NEW.id); END;
--> statement-breakpoint
-- Which version of the general questions a course's own counts as is told by when they were published.
CREATE TRIGGER snapshot_instruments_published AFTER INSERT ON instruments WHEN NEW.course_id IS NULL BEGIN DELETE FROM event_snapshots; END;
