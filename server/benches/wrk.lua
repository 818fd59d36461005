-- The argument is the mean pause of a connection before each request, in milliseconds; without one it never pauses.
-- Pauses are drawn as between independent visitors (exponential distribution), so that requests sometimes come in crowds.

function init(args)
   local mean = tonumber(args[1] or "0")
   if mean > 0 then
      -- wrk asks for it only where it is defined.
      function delay()
         return math.min(math.floor(-math.log(1 - math.random()) * mean + 0.5), 10 * mean)
      end
   end
end

-- Requests per second, three percentiles in microseconds, failed requests.
function done(summary, latency, requests)
   local errors = summary.errors
   local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
   io.write(string.format("result %.3f %d %d %d %d\n", summary.requests / summary.duration * 1e6,
      latency:percentile(50), latency:percentile(95), latency:percentile(99), failed))
end
