@display
Feature: The code on the display
  What the camera sees, against the standards' own vectors and the bench's own clock.

  Background:
    Given a code display that holds its test key and the right time

  Scenario: One press yields one code, in time
    When I press the button on my code display and watch it
    Then the press yields exactly one code, in time [S5.C.8a]
    And the code has exactly 6 digits [S5.C.8b]

  Scenario: A code has six digits for as long as it shows
    When I press the button on my code display and watch it
    Then the code has exactly 6 digits [S5.C.8b]

  Scenario: No press, no code
    When nobody presses the button
    Then no code is displayed [S5.C.8a]

  Scenario: The code is the one of this moment
    When I press the button on my code display
    Then the code is valid now [RFC6238-3]

  Scenario: The vectors of RFC 4226
    Given the code display holds the key of the RFC vectors
    Then the display shows the published code at each of these times [RFC4226-5.3]
      | unix time | code   |
      | 1         | 755224 |
      | 31        | 287082 |
      | 61        | 359152 |
      | 91        | 969429 |
      | 121       | 338314 |
      | 151       | 254676 |
      | 181       | 287922 |
      | 211       | 162583 |
      | 241       | 399871 |
      | 271       | 520489 |

  Scenario: Leading zeros are digits
    Given the code display holds the key of the RFC vectors
    Then the code has exactly 6 digits at each of these times [S5.C.8b]
      | unix time  |
      | 1111111109 |
      | 1111111111 |
    And the display shows the published code at each of these times [RFC6238-5.2]
      | unix time  | code   |
      | 59         | 287082 |
      | 1111111109 | 081804 |
      | 1111111111 | 050471 |
      | 1234567890 | 005924 |
      | 2000000000 | 279037 |

  Scenario: Time beyond 32 bits
    Given the code display holds the key of the RFC vectors
    Then the display shows the published code at each of these times [RFC6238-4.2]
      | unix time   | code   |
      | 20000000000 | 353130 |

  Scenario: Every segment of every digit, lit and dark
    Given the code display holds the key of the RFC vectors
    Then the camera sees what the code display says it shows at each of these times [S5.C.8c]
      | unix time  |
      | 1          |
      | 31         |
      | 61         |
      | 91         |
      | 1111111109 |

  Scenario: The code changes often enough
    When I press the button every 12 seconds for 150 seconds
    Then the code changes at least every 2 minutes [SP800-63B-3.1.4]

  Scenario: The time step is the one agreed on
    When I press the button often about three changes of the code
    Then the measured time step is within its limits [RFC6238-5.2]

  Scenario: The clock keeps time over a day
    When 24 hours go by
    Then the clock's drift is within its limits [RFC6238-5.2]
    When I press the button on my code display
    Then the code is valid now [RFC6238-3]

  Scenario: The code's changes keep time over hours
    When I follow the code's changes over 8 hours
    Then the drift of the code's changes is within its limits [RFC6238-5.2]

  @probe
  Scenario: A board flashed afresh gives codes
    When I flash the board with its firmware and verify it
    And the code display is given its test key and the right time
    And I press the button on my code display and watch it
    Then the press yields exactly one code, in time [S5.C.8a]
    And the firmware has logged the press [S5.C.8a]
