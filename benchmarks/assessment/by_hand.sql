-- Four promises of the cable measure, as somebody would write them in SQL who knows the log and the
-- default readings by heart: arrival, restoration, installation on the same day, installation in two
-- working days. What the measure's own plan says beyond this (which events and readings an outcome
-- rests on, what is missing where a fact is unknown) is left out.
--
-- Tables: the views "<event type>" over the log, `working_days` (day, number), `asked` (as_of).

-- name: superseded
SELECT supersedes AS id FROM every_event, asked
WHERE supersedes IS NOT NULL AND coalesce(recorded_at, "at") <= as_of;

-- name: reported
SELECT e.id, e."at", (e."at" + INTERVAL 8 HOUR)::DATE AS day,
       ((e."at" + INTERVAL 8 HOUR)::TIME) AS clock, e."case", e.technician, e.unit, e.area
FROM "repair.reported" e, asked
WHERE coalesce(e.recorded_at, e."at") <= as_of AND NOT e.retracts
  AND e.id NOT IN (SELECT id FROM superseded);

-- name: moves
SELECT e.id, e."at", e."case", 'appointment' AS what, e.slot_end AS until
FROM "appointment.agreed" e, asked
WHERE coalesce(e.recorded_at, e."at") <= as_of AND NOT e.retracts
  AND e.id NOT IN (SELECT id FROM superseded) AND e.consent AND e.visit = '维修'
UNION ALL
SELECT e.id, e."at", e."case", 'weather',
       ((e."at" + INTERVAL 8 HOUR)::DATE + 2)::TIMESTAMP - INTERVAL 8 HOUR
FROM "weather.postponed" e, asked
WHERE coalesce(e.recorded_at, e."at") <= as_of AND NOT e.retracts
  AND e.id NOT IN (SELECT id FROM superseded) AND e.explained AND e.outdoor;

-- name: done
SELECT 'arrived' AS what, e."case", e."at" FROM "repair.arrived" e, asked
WHERE coalesce(e.recorded_at, e."at") <= as_of AND NOT e.retracts
  AND e.id NOT IN (SELECT id FROM superseded)
UNION ALL
SELECT 'arrived', e."case", e."at" FROM "linecheck.announced" e, asked
WHERE coalesce(e.recorded_at, e."at") <= as_of AND NOT e.retracts
  AND e.id NOT IN (SELECT id FROM superseded)
UNION ALL
SELECT 'restored', e."case", e."at" FROM "repair.restored" e, asked
WHERE coalesce(e.recorded_at, e."at") <= as_of AND NOT e.retracts
  AND e.id NOT IN (SELECT id FROM superseded);

-- name: severity
SELECT e."case", arg_max(e.severity, (e."at", e.id)) AS severity FROM "repair.classified" e, asked
WHERE coalesce(e.recorded_at, e."at") <= as_of AND NOT e.retracts
  AND e.id NOT IN (SELECT id FROM superseded) AND e.confirmed
GROUP BY e."case";

-- name: clocks
-- A report in town outside 08:00-21:00 (24:00 on special days) starts at the next 08:00.
WITH special AS (
    SELECT DISTINCT unnest(generate_series("from"::TIMESTAMP, coalesce("to", "from")::TIMESTAMP,
                                           INTERVAL 1 DAY))::DATE AS day
    FROM "special-time.declared" e, asked WHERE coalesce(e.recorded_at, e."at") <= as_of
), started AS (
    SELECT r.*, CASE
        WHEN area = '农村' THEN r."at"
        -- 24:00 sharp of a special day is within it.
        WHEN clock = TIME '00:00:00' AND y.day IS NOT NULL THEN r."at"
        WHEN clock < TIME '08:00:00' THEN r.day::TIMESTAMP
        WHEN clock <= TIME '21:00:00' OR s.day IS NOT NULL THEN r."at"
        ELSE (r.day + 1)::TIMESTAMP END AS start
    FROM reported r LEFT JOIN special s ON r.day = s.day LEFT JOIN special y ON r.day = y.day + 1
)
SELECT s.*, first_arrival, first_restoration,
       CASE WHEN area = '城区' THEN 1 ELSE 2 END AS arrive_row,
       s.start + CASE WHEN area = '城区' THEN INTERVAL 30 MINUTE ELSE INTERVAL 2 HOUR END
           AS arrive_by,
       CASE WHEN area = '城区' THEN 0 ELSE 2 END
           + CASE WHEN v.severity = '大故障' THEN 2 ELSE 1 END AS restore_row,
       CASE WHEN v.severity = '大故障' THEN INTERVAL 24 HOUR
            WHEN area = '城区' THEN INTERVAL 1 HOUR ELSE INTERVAL 12 HOUR END AS restore_in
FROM started s
LEFT JOIN severity v USING ("case")
LEFT JOIN LATERAL (
    SELECT min(d."at") FILTER (what = 'arrived') AS first_arrival,
           min(d."at") FILTER (what = 'restored') AS first_restoration
    FROM done d WHERE d."case" = s."case" AND d."at" >= s."at"
) ON true;

-- name: arrive_moved
-- Each move must come on or before the deadline that the one before it set.
SELECT id, max_by(until, n) AS until, max_by(what, n) AS what
FROM (
    SELECT id, n, until, what,
           bool_and(moved_at < before OR (moved_at = before AND before_inclusive)) OVER (
               PARTITION BY id ORDER BY n) AS holds
    FROM (
        SELECT c.id, m."at" AS moved_at, m.until, m.what,
               row_number() OVER w AS n,
               coalesce(lag(m.until) OVER w, c.arrive_by) AS before,
               coalesce(lag(m.what = 'appointment' AND (m.until + INTERVAL 8 HOUR)::TIME
                            <> TIME '00:00:00') OVER w, true) AS before_inclusive
        FROM clocks c JOIN moves m USING ("case")
        WHERE m."at" >= c."at" AND (c.first_arrival IS NULL OR m."at" <= c.first_arrival)
        WINDOW w AS (PARTITION BY c.id ORDER BY m."at", m.id)
    )
)
WHERE holds GROUP BY id;

-- name: restore_moved
SELECT id, max_by(until, n) AS until, max_by(what, n) AS what,
       max_by(start, n) FILTER (what = 'appointment') AS start, bool_or(what = 'weather') AS weather
FROM (
    SELECT id, n, until, what, start,
           bool_and(moved_at < before OR (moved_at = before AND before_inclusive)) OVER (
               PARTITION BY id ORDER BY n) AS holds
    FROM (
        SELECT id, moved_at, n, what, start, until,
               coalesce(lag(until) OVER v, first_limit) AS before,
               coalesce(lag(what = 'appointment') OVER v, true) AS before_inclusive
        FROM (
            SELECT c.id, m."at" AS moved_at, m.what, m.until AS start, row_number() OVER w AS n,
                   c.start + c.restore_in AS first_limit,
                   -- After a day has taken the place of the period, a new start is the deadline.
                   CASE WHEN m.what = 'weather' OR coalesce(bool_or(m.what = 'weather') OVER w, false)
                        THEN m.until ELSE m.until + c.restore_in END AS until
            FROM clocks c JOIN moves m USING ("case")
            WHERE m."at" >= c."at"
              AND (c.first_restoration IS NULL OR m."at" <= c.first_restoration)
            WINDOW w AS (PARTITION BY c.id ORDER BY m."at", m.id)
        )
        WINDOW v AS (PARTITION BY id ORDER BY n)
    )
)
WHERE holds GROUP BY id;

-- name: accepted
SELECT e.id, e."at", (e."at" + INTERVAL 8 HOUR)::DATE AS day, e."case", e.installer, e.unit,
       e.network, (SELECT min(d."at") FROM "install.completed" d
                   WHERE d."case" = e."case" AND d."at" >= e."at" AND NOT d.retracts
                     AND coalesce(d.recorded_at, d."at") <= as_of
                     AND d.id NOT IN (SELECT id FROM superseded)) AS completed
FROM "install.accepted" e, asked
WHERE coalesce(e.recorded_at, e."at") <= as_of AND NOT e.retracts
  AND e.id NOT IN (SELECT id FROM superseded) AND e.network IN ('网络到位', '分配网未到位');

-- name: install_moved
SELECT id, max_by(until, n) AS until
FROM (
    SELECT id, n, until,
           bool_and(moved_at < before) OVER (PARTITION BY id ORDER BY n) AS holds
    FROM (
        SELECT c.id, e."at" AS moved_at, row_number() OVER w AS n,
               ((e.slot_end + INTERVAL 8 HOUR)::DATE + 1)::TIMESTAMP - INTERVAL 8 HOUR AS until,
               coalesce(lag(((e.slot_end + INTERVAL 8 HOUR)::DATE + 1)::TIMESTAMP
                            - INTERVAL 8 HOUR) OVER w, c.first_limit) AS before
        FROM (
            SELECT a.*, CASE WHEN network = '网络到位'
                             THEN (a.day + 1)::TIMESTAMP - INTERVAL 8 HOUR
                             ELSE (second.day + 1)::TIMESTAMP - INTERVAL 8 HOUR END AS first_limit
            FROM accepted a
            ASOF JOIN working_days w ON a.day >= w.day
            JOIN working_days second ON second.number = w.number + 2
        ) c, "appointment.agreed" e, asked
        WHERE e."case" = c."case" AND e."at" >= c."at" AND e.consent AND e.visit = '安装'
          AND (c.completed IS NULL OR e."at" <= c.completed) AND NOT e.retracts
          AND coalesce(e.recorded_at, e."at") <= as_of
          AND e.id NOT IN (SELECT id FROM superseded)
        WINDOW w AS (PARTITION BY c.id ORDER BY e."at", e.id)
    )
)
WHERE holds GROUP BY id;

-- name: promises
SELECT 'arrive' AS rule, c.id AS trigger, c."case", c.unit, c."at", c.technician AS person, c.start,
       coalesce(m.until, c.arrive_by) AS deadline,
       -- Until midnight is until the end of the day before.
       m.id IS NULL OR (m.what = 'appointment' AND (m.until + INTERVAL 8 HOUR)::TIME
                        <> TIME '00:00:00') AS inclusive, c.first_arrival AS performed_at,
       c.arrive_row AS row,
       CASE m.what WHEN 'appointment' THEN '3.3.2l' WHEN 'weather' THEN '3.3.2q'
            ELSE CASE c.arrive_row WHEN 1 THEN '3.3.2c' ELSE '3.3.2f' END END AS norm
FROM clocks c LEFT JOIN arrive_moved m USING (id)
UNION ALL
SELECT 'restore', 'arrive:' || c.id, c."case", c.unit, c."at", c.technician, coalesce(m.start, c.start),
       coalesce(m.until, c.start + c.restore_in),
       m.what IS DISTINCT FROM 'weather', c.first_restoration, c.restore_row,
       CASE WHEN m.weather THEN '3.3.2q'
            ELSE ['3.3.2d', '3.3.2e', '3.3.2g', '3.3.2h'][c.restore_row] END
FROM clocks c LEFT JOIN restore_moved m USING (id)
UNION ALL
SELECT CASE WHEN network = '网络到位' THEN 'install-same-day' ELSE 'install-in-days' END, a.id,
       a."case", a.unit, a."at", a.installer, a."at",
       coalesce(m.until, CASE WHEN network = '网络到位'
           THEN (a.day + 1)::TIMESTAMP - INTERVAL 8 HOUR
           ELSE (second.day + 1)::TIMESTAMP - INTERVAL 8 HOUR END),
       false, a.completed, NULL,
       CASE WHEN network = '网络到位' THEN '3.4.1a' ELSE '3.4.1c' END
FROM accepted a LEFT JOIN install_moved m USING (id)
ASOF JOIN working_days w ON a.day >= w.day
JOIN working_days second ON second.number = w.number + 2;

-- name: duties
SELECT rule || ':' || trigger AS id, rule, norm, "at", row, trigger, person, start, deadline,
       inclusive, performed_at, "case", unit,
       CASE WHEN performed_at < deadline OR (inclusive AND performed_at = deadline) THEN 'met'
            WHEN as_of < deadline OR (inclusive AND as_of = deadline) THEN 'pending'
            ELSE 'breached' END AS status
FROM promises, asked;

-- name: breaches
SELECT 'breach:' || id AS id, rule, norm,
       CASE WHEN inclusive THEN deadline ELSE deadline - INTERVAL 1 SECOND END AS "at", row, person,
       unit, "case" AS occasion
FROM duties WHERE status = 'breached';
