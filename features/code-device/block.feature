@phone @display @uses-device
Feature: Wrong codes block
  Three wrong codes block a person for a while; the count spans sessions and a success clears it.

  Background:
    Given a code display that holds its test key and the right time
    And my code display is activated

  @uses-lock
  Scenario: The third wrong code blocks, and the right one no longer helps
    When I enter wrong codes at 3 logins
    And I log in with the password and a new code
    Then I am blocked [H.3]

  Scenario: Two wrong codes do not block yet
    When I enter wrong codes at 2 logins
    And I log in with the password and a new code
    Then I am logged in [H.3]

  @two-phones @uses-lock
  Scenario: The count spans sessions and phones
    When I enter wrong codes at 2 logins
    And I enter a wrong code at a login on the other phone
    And I log in with the password and a new code
    Then I am blocked [RFC4226-7.3]

  Scenario: A success clears the count
    When I enter wrong codes at 2 logins
    And I log in with the password and a new code
    And I enter wrong codes at 2 logins
    And I log in with the password and a new code
    Then I am logged in [RFC4226-7.3]

  @uses-lock
  Scenario: The block lasts, and ends
    When I enter wrong codes at 3 logins
    And all but a minute of the shortest block goes by
    And I log in with the password and a new code
    Then I am blocked [H.3]
    When the time of the block goes by
    And I log in with the password and a new code
    Then I am logged in [H.3]
