CREATE TABLE `settings` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `agreements` (
	`agency_id` integer PRIMARY KEY NOT NULL,
	`agreed_on` text NOT NULL,
	`chaser_id` integer,
	`recorded_at` integer NOT NULL,
	`recorded_by` integer,
	FOREIGN KEY (`agency_id`) REFERENCES `agencies`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`chaser_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`recorded_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `calls` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`booking_id` integer NOT NULL,
	`number` integer NOT NULL,
	`outcome` text NOT NULL,
	`at` integer NOT NULL,
	`by` integer,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "calls_outcome" CHECK("calls"."outcome" in ('answered', 'no-answer', 'call-back', 'would-rather-not', 'wrong-number', 'left')),
	CONSTRAINT "calls_two_tries" CHECK("calls"."number" in (1, 2))
);
--> statement-breakpoint
CREATE INDEX `calls_at` ON `calls` (`at`);--> statement-breakpoint
CREATE UNIQUE INDEX `calls_one` ON `calls` (`booking_id`,`number`);--> statement-breakpoint
CREATE TABLE `colleague_requests` (
	`booking_id` integer PRIMARY KEY NOT NULL,
	`name` text,
	`email` text,
	`named_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `colleague_tallies` (
	`course_id` integer NOT NULL,
	`programme_id` integer NOT NULL,
	`answer` text NOT NULL,
	`n` integer NOT NULL,
	PRIMARY KEY(`course_id`, `programme_id`, `answer`),
	FOREIGN KEY (`course_id`) REFERENCES `courses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`programme_id`) REFERENCES `programmes`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "colleague_tallies_answer" CHECK("colleague_tallies"."answer" in ('more-than-once', 'once', 'not-yet', 'could-not-see'))
);
--> statement-breakpoint
CREATE TABLE `experiment_draws` (
	`experiment_id` integer NOT NULL,
	`booking_id` integer NOT NULL,
	`arm` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`experiment_id`, `booking_id`),
	FOREIGN KEY (`experiment_id`) REFERENCES `experiments`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "experiment_draws_arm" CHECK("experiment_draws"."arm" in ('a', 'b'))
);
--> statement-breakpoint
CREATE TABLE `experiments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`what` text NOT NULL,
	`needed` integer NOT NULL,
	`started_at` integer NOT NULL,
	`started_by` integer,
	`ended_at` integer,
	`running` integer,
	FOREIGN KEY (`started_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "experiments_what" CHECK("experiments"."what" in ('subject', 'reminder-1'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `experiments_running_unique` ON `experiments` (`running`);--> statement-breakpoint
CREATE TABLE `pauses` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`scope` text NOT NULL,
	`sector_id` integer,
	`agency_id` integer,
	`event_id` integer,
	`person_id` integer,
	`from_on` text NOT NULL,
	`to_on` text NOT NULL,
	`because` text NOT NULL,
	`made_at` integer NOT NULL,
	`made_by` integer,
	`lifted_at` integer,
	FOREIGN KEY (`sector_id`) REFERENCES `sectors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agency_id`) REFERENCES `agencies`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`event_id`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`made_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "pauses_scope" CHECK("pauses"."scope" in ('everyone', 'sector', 'agency', 'event', 'person')),
	CONSTRAINT "pauses_because" CHECK("pauses"."because" in ('incident', 'at-their-request', 'service-busy', 'other')),
	CONSTRAINT "pauses_period" CHECK("pauses"."from_on" <= "pauses"."to_on"),
	CONSTRAINT "pauses_whom" CHECK(("pauses"."scope" = 'sector') = ("pauses"."sector_id" is not null) and ("pauses"."scope" = 'agency') = ("pauses"."agency_id" is not null) and ("pauses"."scope" = 'event') = ("pauses"."event_id" is not null) and ("pauses"."scope" = 'person') = ("pauses"."person_id" is not null))
);
--> statement-breakpoint
CREATE INDEX `pauses_to` ON `pauses` (`to_on`);--> statement-breakpoint
CREATE TABLE `postponements` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`booking_id` integer NOT NULL,
	`to_on` text NOT NULL,
	`because` text NOT NULL,
	`at` integer NOT NULL,
	`by` integer,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "postponements_because" CHECK("postponements"."because" in ('incident', 'at-their-request', 'service-busy', 'other'))
);
--> statement-breakpoint
CREATE INDEX `postponements_booking` ON `postponements` (`booking_id`);--> statement-breakpoint
CREATE TABLE `successors` (
	`booking_id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`entered_at` integer NOT NULL,
	`entered_by` integer,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`entered_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `urgent_settlements` (
	`text_id` integer PRIMARY KEY NOT NULL,
	`passed_to` text NOT NULL,
	`passed_by` text NOT NULL,
	`passed_at` integer NOT NULL,
	`recorded_at` integer NOT NULL,
	`recorded_by` integer,
	FOREIGN KEY (`text_id`) REFERENCES `texts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`recorded_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "urgent_settlements_passed_to" CHECK("urgent_settlements"."passed_to" in ('child-route', 'adult-route', 'allegation-route', 'police', 'support', 'no-need'))
);
--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_texts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`booking_id` integer NOT NULL,
	`kind` text NOT NULL,
	`original` text,
	`cleared` text,
	`state` text NOT NULL,
	`written_at` integer NOT NULL,
	`cleared_by` integer,
	`cleared_at` integer,
	`urgent_at` integer,
	`question_id` integer,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`cleared_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`question_id`) REFERENCES `questions`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "texts_kind" CHECK("__new_texts"."kind" in ('commitment', 'example', 'suggestion', 'need', 'added')),
	CONSTRAINT "texts_state" CHECK("__new_texts"."state" in ('held', 'cleared', 'quotable', 'redacted'))
);
--> statement-breakpoint
INSERT INTO `__new_texts`("id", "booking_id", "kind", "original", "cleared", "state", "written_at", "cleared_by", "cleared_at", "urgent_at", "question_id") SELECT "id", "booking_id", "kind", "original", "cleared", "state", "written_at", "cleared_by", "cleared_at", "urgent_at", NULL FROM `texts`;--> statement-breakpoint
DROP TABLE `texts`;--> statement-breakpoint
ALTER TABLE `__new_texts` RENAME TO `texts`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `texts_state` ON `texts` (`state`);--> statement-breakpoint
CREATE INDEX `texts_booking` ON `texts` (`booking_id`);--> statement-breakpoint
DROP INDEX `learning_outcomes_one`;--> statement-breakpoint
ALTER TABLE `learning_outcomes` ADD `retired_at` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `learning_outcomes_one` ON `learning_outcomes` (`course_id`,`position`) WHERE "learning_outcomes"."retired_at" is null;--> statement-breakpoint
DROP INDEX `suggestions_one`;--> statement-breakpoint
ALTER TABLE `suggestions` ADD `retired_at` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `suggestions_one` ON `suggestions` (`course_id`,`position`) WHERE "suggestions"."retired_at" is null;--> statement-breakpoint
ALTER TABLE `certificates` ADD `shows_follow_up_at` integer;--> statement-breakpoint
ALTER TABLE `courses` ADD `resource` text;--> statement-breakpoint
ALTER TABLE `bounces` ADD `message_id` integer REFERENCES messages(id);--> statement-breakpoint
CREATE UNIQUE INDEX `bounces_one` ON `bounces` (`message_id`,`hard`) WHERE "bounces"."message_id" is not null;--> statement-breakpoint
CREATE INDEX `contacts_message` ON `contacts` (`message_id`);