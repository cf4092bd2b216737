@display @sealed
Feature: A sealed code display
  As people get it: no link, no probe, a key that the lab does not know. Finger and camera are left.

  Scenario: One press yields one code, in time
    When I press the button on my code display and watch it
    Then the press yields exactly one code, in time [S5.C.8a]
    And the code has exactly 6 digits [S5.C.8b]

  Scenario: No press, no code
    When nobody presses the button
    Then no code is displayed [S5.C.8a]

  Scenario: The code changes often enough
    When I press the button every 12 seconds for 150 seconds
    Then the code changes at least every 2 minutes [SP800-63B-3.1.4]

  Scenario: The moments at which the code changes keep time
    When I follow the code's changes over 8 hours
    Then the drift of the code's changes is within its limits [RFC6238-5.2]

  @phone @uses-device
  Scenario: It is activated, and a code works once
    Given my code display is activated
    When I log in with the password and a new code
    Then I am logged in [S5.C.9]
    When I log in again with the same code
    Then the login is refused [RFC6238-5.2]

  @phone @uses-device @uses-lock
  Scenario: The third wrong code blocks
    Given my code display is activated
    When I enter wrong codes at 3 logins
    And I log in with the password and a new code
    Then I am blocked [H.3]
