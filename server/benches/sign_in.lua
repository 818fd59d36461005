-- Signs people in as a browser without scripts does it. Arguments: the file with their password, how many they are, the site.
-- Each thread has people of its own and takes them in turn: nobody signs in twice at a time.

local threads = 0

function setup(thread)
   thread:set("number", threads)
   threads = threads + 1
end

function init(args)
   local file = io.open(args[1])
   local password = file:read("*l")
   file:close()
   people, site = tonumber(args[2]), args[3]
   -- What a form makes of the letters, figures and hyphens that passwords are made up of: themselves.
   rest = "&next=%2F&password=" .. password
   headers = {
      ["Content-Type"] = "application/x-www-form-urlencoded",
      ["Accept"] = "text/html",
      ["Origin"] = site,
      ["Referer"] = site .. "/sign-in",
   }
   asked = 0
end

function request()
   -- Two threads: one has the people of odd numbers, the other those of even ones.
   local person = (asked * 2) % people + number + 1
   asked = asked + 1
   return wrk.format("POST", nil, headers, "email=person" .. person .. "%40example.com" .. rest)
end

function done(summary, latency, requests)
   local errors = summary.errors
   local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
   io.write(string.format("result %.3f %d %d %d %d\n", summary.requests / summary.duration * 1e6,
      latency:percentile(50), latency:percentile(95), latency:percentile(99), failed))
end
