ALTER TABLE `colleague_tallies` ADD `shown` integer DEFAULT 0 NOT NULL CONSTRAINT "colleague_tallies_shown" CHECK("shown" between 0 and "n");--> statement-breakpoint
-- Written by hand: what is shown starts as the pages stood until now. All answers of a course and year, from as many on as may be shown …
UPDATE `colleague_tallies` SET `shown` = `n`
WHERE (SELECT sum(o."n") FROM `colleague_tallies` AS o WHERE o."course_id" = `colleague_tallies`."course_id" AND o."programme_id" = `colleague_tallies`."programme_id")
	>= max(5, ifnull((SELECT cast("value" AS integer) FROM `settings` WHERE "name" = 'shown-from-answered'), 5));--> statement-breakpoint
-- … but what the last issued report shows of it (the numbers stand in the order of the answers), while fewer than that have answered since.
WITH told AS (
	SELECT r."programme_id" AS programme_id, page.value ->> '$.key' AS course, max(r."number") AS number, figure.value -> '$.table.rows' AS counts
	FROM `reports` AS r, json_each(CASE WHEN json_valid(r."body") THEN r."body" ELSE '{}' END, '$.pages') AS page, json_each(page.value, '$.figures') AS figure
	WHERE r."state" = 'issued' AND figure.value ->> '$.key' = 'colleagues' AND figure.value ->> '$.table' IS NOT NULL
	GROUP BY r."programme_id", page.value ->> '$.key'
)
UPDATE `colleague_tallies` SET `shown` = min("n", CASE "answer"
	WHEN 'more-than-once' THEN told.counts ->> '$[0][1]'
	WHEN 'once' THEN told.counts ->> '$[1][1]'
	WHEN 'not-yet' THEN told.counts ->> '$[2][1]'
	ELSE told.counts ->> '$[3][1]' END)
FROM told
WHERE told.programme_id = `colleague_tallies`."programme_id" AND told.course = 'course:' || `colleague_tallies`."course_id"
	AND (SELECT sum(o."n") FROM `colleague_tallies` AS o WHERE o."course_id" = `colleague_tallies`."course_id" AND o."programme_id" = `colleague_tallies`."programme_id")
		- ((told.counts ->> '$[0][1]') + (told.counts ->> '$[1][1]') + (told.counts ->> '$[2][1]') + (told.counts ->> '$[3][1]'))
	< max(5, ifnull((SELECT cast("value" AS integer) FROM `settings` WHERE "name" = 'shown-from-answered'), 5));
