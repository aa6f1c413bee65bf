"""Who a reporter is: sealed as soon as it comes in, readable with a key that only the API processes have."""
