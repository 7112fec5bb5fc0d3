"""The customers of a run: the sandbox's small world, and as many new ones as are wanted, through the API."""

from concurrent.futures import ThreadPoolExecutor

import httpx

CREDITS = 50_000_000  # bought for our own wallet, so that it runs dry for nobody


def make(api_url: str, key: str, customers: int) -> None:
    """Puts the world there. Everything it makes has the same name on every run."""
    control = httpx.Client(base_url=f"{api_url}/_sandbox", timeout=60)
    control.post("/world", json={"name": "small"}).raise_for_status()
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{api_url}/v1", headers=headers, timeout=30) as layers:
        own = layers.get("/whoami").raise_for_status().json()["organizationId"]
        wish = {"organizationId": own, "type": "purchase", "credits": CREDITS}
        control.post("/staff/credits", json=wish).raise_for_status()
        there = len(layers.get("/organizations", params={"limit": 200}).raise_for_status().json()["items"])

        def create(number: int) -> None:
            name = f"Customer {number:03}"
            answer = layers.post("/organizations", json={"name": name}, headers={"Idempotency-Key": name})
            answer.raise_for_status()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(create, range(there + 1, customers + 1)))
