"""The calls of the documentation of a proxy that takes a `timeout`: httpx, requests, the OpenAI client, and a stream."""

import httpx

# Chat completions with timeout override
response = httpx.post(
    "http://localhost:44497/v1/chat/completions",
    json={
        "model": "Chat",
        "messages": [{"role": "user", "content": "Hello!"}],
        "timeout": 120  # 120 seconds timeout
    },
    timeout=130  # Client timeout should be longer than server timeout
)
assert response.status_code == 200, response.text
assert response.json()["choices"][0]["message"]["content"] == "Hello there!"

import requests

# Chat completions with timeout override
response = requests.post(
    "http://localhost:44497/v1/chat/completions",
    json={
        "model": "Chat",
        "messages": [{"role": "user", "content": "Hello!"}],
        "timeout": 120  # 120 seconds timeout
    },
    timeout=130  # Client timeout should be longer than server timeout
)
assert response.status_code == 200, response.text

from openai import OpenAI

client = OpenAI(
    base_url="http://localhost:44497/v1",
    api_key="dummy"  # Required but not used
)

# Chat completions with timeout override
response = client.chat.completions.create(
    model="Chat",
    messages=[{"role": "user", "content": "Hello!"}],
    extra_body={"timeout": 120},  # 120 seconds timeout
    timeout=130  # Client timeout should be longer than server timeout
)
assert response.choices[0].message.content == "Hello there!"

# Streaming chat completions with timeout override
stream = client.chat.completions.create(
    model="Chat",
    messages=[{"role": "user", "content": "Hello!"}],
    stream=True,
    extra_body={"timeout": 120},  # 120 seconds timeout
    timeout=130  # Client timeout should be longer than server timeout
)

text = ""
for chunk in stream:
    if chunk.choices[0].delta.content is not None:
        text += chunk.choices[0].delta.content
assert text == "Hello there!", text
print("the documented calls work")
