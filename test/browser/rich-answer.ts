/** An answer with everything that Markdown may hold, as a model writes it. */
export const richAnswer = `## Pressure and cost

The pump is tested at $p = 1.5 \\cdot p_0$ and costs $5 to $6 an hour. It runs **every Monday**, and the keeper writes down what \\(p_0\\) was.

| Day | Pressure in bar | What the keeper does |
|---|---:|---|
| Monday | 4.5 | Opens the valve and waits until the pointer stands still, however long that takes, and then some more. |
| Tuesday | 4.7 | Nothing |
| Wednesday, when the harbour is closed | 5.1 | Calls the engineer, who reads $p_0$ again |

The work follows from the pressure:

$$
W = \\int_{V_1}^{V_2} p \\, dV = \\frac{p_0 V_0}{\\gamma - 1} \\left[ 1 - \\left( \\frac{V_0}{V_2} \\right)^{\\gamma - 1} \\right]
$$

It is computed like this:

\`\`\`python
def work(p0: float, v0: float, v2: float, gamma: float = 1.4) -> float:
    """Work of an adiabatic change, in joule."""
    return p0 * v0 / (gamma - 1) * (1 - (v0 / v2) ** (gamma - 1))


print(work(101_325, 0.001, 0.002))
\`\`\`

1. Read the pointer.
2. Write it down.

   - with the time
   - with your name

3. Close the valve.

> Whoever closes it looks at the pointer once more.

That is all there is to do, and it takes a quarter of an hour on most days, more in winter, when the oil is thick.
`;
