-- enqueue(
--   keys=[ready, ready messages, due times, waiting messages],
--   args=[id, payload, delay in ms, id, payload, delay in ms, …]
-- )
--
-- Every key of the queue $queue_name under $namespace:
--
-- $namespace:$queue_name                             (ready; Dramatiq's own)
--   A list of redis message ids that any worker may fetch now.
--
-- $namespace:$queue_name.msgs                        (ready messages; Dramatiq's own)
--   A hash of redis message id -> payload. An id stays until it is acknowledged, so an id found
--   here is queued or in a worker's hands.
--
-- $namespace:$queue_name.DQ.eta                      (due times)
--   A sorted set of the redis message ids that wait, scored by their due time in µs since 1970.
--   Written and read by Redis's own clock alone.
--
-- $namespace:$queue_name.DQ.msgs                     (waiting messages; Dramatiq's name, so that
--   A hash of redis message id -> payload.            its join and flush see what waits)
--
-- $namespace:$queue_name.XQ, $namespace:$queue_name.XQ.msgs, $namespace:__acks__.…,
-- $namespace:__heartbeats__
--   Dead letters, messages in workers' hands and live workers: see Dramatiq's dispatch.lua.
--
-- $namespace:epoch
--   A random id, created whenever it is missing: a changed id shows that Redis was emptied.
--
-- An id is never queued twice. To enqueue one that is waiting moves it to its new time; to enqueue
-- one at once takes it out of the waiting; one that is already queued or being worked on stays as
-- it is. So a sender that got no answer may simply send again.
--
-- All or nothing: a Redis without memory or disk refuses a script at its first write, and one that
-- has written may write on. So the first write is one that needs memory.

local ready, ready_messages, due_times, waiting_messages = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

local time = redis.call("TIME")
local now = time[1] * 1000000 + time[2]

for i = 1, #ARGV, 3 do
    local id, payload, delay = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
    if delay > 0 then
        redis.call("HSET", waiting_messages, id, payload)
        redis.call("ZADD", due_times, now + delay * 1000, id)
    else
        if redis.call("HSETNX", ready_messages, id, payload) == 1 then
            redis.call("RPUSH", ready, id)
        end
        if redis.call("HDEL", waiting_messages, id) == 1 then
            redis.call("ZREM", due_times, id)
        end
    end
end
