"""Arguments for HTTP and LLM clients, from a plan that ``clientc resolve --format json`` wrote.

    import clientc
    from openai import OpenAI

    plan = clientc.load("resolved.json")
    openai = plan.route("FastClient").openai_arguments()
    client = OpenAI(**openai.value)
    for loss in openai.lost:
        print(loss)

No client library has all five limits of a plan. ``lost`` names what one cannot express.
"""

from ._arguments import Held
from ._plan import Client, Plan, PlanError, Retry, Route, load, loads

__all__ = ["Client", "Held", "Plan", "PlanError", "Retry", "Route", "load", "loads"]
