"""Columns of the kernel's records.

Everything that is read together lies together: one row of 16 int64 (two cache lines) for each
node, so a position in a route is judged from two rows. Few wide arrays, because numba hands every
array of a NamedTuple to every function that is not inlined.
"""

# --- nodes of the state, int64: orders 0..n-1, route starts n+v, route ends n+V+v
PREV = 0
NEXT = 1
ROUTE = 2  # -1: absent
LOC = 3
IN_MS = 4  # leg from PREV; 0 at the end of an empty route, which nobody drives
IN_M = 5
FINISH = 6
LATEST = 7  # latest arrival from which the rest of the route keeps every hard bound
START = 8
WAITED = 9  # waiting up to and including this node, in the earliest schedule
SLACK = 10  # min of WAITED + room up to and including this node
TAIL = 11  # min over the nodes from here on of waiting after this node + room
SERVICE = 12  # setup, where paid, plus duration
LATE_MS = 13
SLA_MS = 14
SEEN = 15  # number of the insertion in which the gap behind this node was last tried
NODE = 16

# --- orders of the instance, int64, times in ms
LO = 0  # earliest start, whatever the window
HI = 1  # latest start that any hard bound allows, setup not paid
DURATION = 2
SETUP = 3  # only where it may or may not be paid; else it is in DURATION
RELEASE = 4
WINDOW = 5  # first row in windows
WINDOWS = 6  # number of rows
PLAIN = 7  # 1: one hard window at most, nothing soft, SETUP 0: LO and HI say it all
SOFT = 8  # 1: the windows are soft
RESPOND = 9  # soft deadline of the start, FAR where none
RESOLVE = 10  # soft deadline of the finish
HARD_RESPOND = 11
HARD_RESOLVE = 12
ROW = 13  # row of eligible and preference
PLACE = 14
ORDER = 16

# --- windows, int64
EARLIEST = 0
LATE = 1
BOUNDS_FINISH = 2
BY_START = 0
BY_FINISH = 1
BY_SERVICE = 2  # earliest bounds the start, latest the finish
BY = {"start": BY_START, "finish": BY_FINISH, "service": BY_SERVICE}

# --- orders, float64
SKIP_COST = 0
DISTANCE = 1  # cost of serving it alone from the nearest shift
PER_SERVICE = 2  # skip cost for each ms of service
WORTH = 3  # by how much the plan's cost can fall when it is put in, at most; infinite: not known
DEMANDS = 4  # of each resource, in the columns from here on

# --- shifts, int64
SHIFT_START = 0
SHIFT_LIMIT = 1  # latest end of the route
SHIFT_END = 2  # what is past it is overtime
MODE = 3
MAX_VISITS = 4
MAX_TRAVEL = 5
MAX_DISTANCE = 6
MAX_WORK = 7
KIND = 8  # shifts of one kind are interchangeable
MOVES_LATER = 9  # the second half of the schedule rule applies
PAID_FROM_DEPARTURE = 10
LIMITED = 11  # 1: some limit or capacity must be looked at
TIMED = 12  # 1: its cost depends on times, not on travel alone
KIND_AT = 13  # where it stands among the members of its kind
START_LOC = 14
END_LOC = 15
SHIFT = 16

# --- shifts, float64: rates per ms, per m, per case
PER_MS = 0
PER_M = 1
USE = 2
PAID = 3
OVERTIME = 4
WAITING = 5
CAPACITIES = 6  # of each resource, in the columns from here on

# --- routes of the state, int64
COUNT = 0
TRAVEL_MS = 1
DISTANCE_M = 2
SERVICE_MS = 3
LATE_SUM = 4
SLA_SUM = 5
TOUCHED = 6  # number of the iteration in which it was last changed
DIRTY = 7  # 1: it differs from the best plan
ROUTE_FIELDS = 8

# --- sums of routes of the state, float64
COST = 0
MISSED = 1  # cost of missed preferences
LOADS = 2  # demand taken of each resource, in the columns from here on

# --- facts about the whole instance, int64
N_ORDERS = 0
N_SHIFTS = 1
N_LOCATIONS = 2
ALL_PLAIN = 3  # every order is PLAIN and no shift is TIMED
HAS_PREFERENCES = 4
N_RESOURCES = 5
GEOMETRY = 6  # 0: tables, 1: great circle, 2: streets
OVERHEAD_MS = 7
N_KINDS = 8
NOWHERE = 9  # location of open ends
N_NEAR = 10  # columns of close: nearest orders for insertion,
N_AROUND = 11  # nearest by travel alone,
N_CLOSE_KINDS = 12  # nearest kinds of shifts
BACK = 13  # first row of legs that goes by destination
FACTS = 14  # from here on: shifts sorted by kind, then where each kind begins

# --- weights, float64
LATE_PER_MS = 0
SLA_PER_MS = 1
GRID = 2
DETOUR = 3
SPEEDS = 4  # km/h of each mode, in the columns from here on

FAR = 1 << 60
